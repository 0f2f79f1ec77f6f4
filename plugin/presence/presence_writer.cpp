// SPDX-License-Identifier: Apache-2.0
#include "plugin/presence/presence_writer.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "plugin/base/own_files.h"
#include "plugin/presence/messages.h"
#include "plugin/presence/wall_clock.h"

namespace loomgate::presence {

const pg::Statement kRegister{"plugin_broker_register", pg::Access::kWrite,
                              "SELECT broker_register($1, 'mosquitto', $2, $3, $4)"};
const pg::Statement kHeartbeat{"plugin_broker_heartbeat", pg::Access::kWrite,
                               "SELECT broker_heartbeat($1, $2, $3::jsonb)"};
const pg::Statement kRecordSessions{"plugin_record_sessions", pg::Access::kWrite,
                                    "SELECT broker_record_sessions($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBatch = 500;
// More than so many records in a step are a storm.
constexpr std::size_t kFewPerStep = 16;
constexpr auto kGatherStep = 10ms;
constexpr auto kLongestGather = 500ms;
constexpr auto kBeatInterval = 5s;
constexpr auto kFirstPause = 250ms;
constexpr auto kLongestPause = 5000ms;
// Without a heartbeat for longer than this a daemon may take the broker for dead and close its sessions.
constexpr auto kMaybeGivenUp = 2 * kBeatInterval;

pg::Timestamp timestamp(std::int64_t us) {
  return pg::Timestamp(std::chrono::microseconds(us));
}

}  // namespace

// As broker_record_sessions() takes them.
struct SessionBatch {
  std::vector<std::string> client_ids, usernames, addresses;
  std::vector<std::int64_t> epochs;
  std::vector<pg::Timestamp> connected_at;
  std::vector<std::optional<pg::Timestamp>> ended_at;
  std::vector<std::optional<std::int64_t>> end_reasons;

  std::size_t size() const { return usernames.size(); }
  void add(std::string username, const SessionRecord& record) {
    const bool device = (record.key & access::kDaemonKey) == 0;
    client_ids.push_back(device ? std::string(access::kDeviceClientPrefix) + username : username);
    usernames.push_back(std::move(username));
    addresses.push_back(record.address.text());
    epochs.push_back(static_cast<std::int64_t>(record.epoch));
    connected_at.push_back(timestamp(record.connected_us));
    ended_at.push_back(record.open() ? std::nullopt : std::optional(timestamp(record.ended_us)));
    end_reasons.push_back(record.open() ? std::nullopt : std::optional<std::int64_t>(record.end_reason));
  }
};

PresenceWriter::PresenceWriter(std::string conninfo, BrokerIdentity identity, SessionQueue& queue,
                               JournalStatus& journal, LogSink log, std::function<std::string()> counters)
    : conninfo_(std::move(conninfo)),
      identity_(std::move(identity)),
      queue_(queue),
      journal_(journal),
      log_(std::move(log)),
      counters_(std::move(counters)) {}

PresenceWriter::~PresenceWriter() {
  finish(0ms);
}

void PresenceWriter::start(std::string broker_version) {
  identity_.broker_version = std::move(broker_version);
  thread_ = std::thread([this] { run(); });
}

void PresenceWriter::finish(std::chrono::milliseconds longest) {
  if (!thread_.joinable()) return;
  finishing_ = true;
  queue_.wake();
  done_.wait(longest);
  stop_.raise();
  queue_.wake();
  thread_.join();
}

void PresenceWriter::run() {
  use_own_files({queue_.wake_fd(), stop_.fd(), done_.fd()});
  while (true) {
    gather();
    work();
    if (finishing_ && (pending_.size() == 0 || !connection_ || stop_.wait(0ms))) break;
    if (pending_.size() == 0 || !connection_) queue_.wait(until_next_work());
  }
  connection_.reset();
  done_.raise();
}

void PresenceWriter::gather() {
  const auto longest = Clock::now() + kLongestGather;
  while (collect() > kFewPerStep && connection_ && !finishing_ && Clock::now() < longest) stop_.wait(kGatherStep);
}

std::size_t PresenceWriter::collect() {
  std::size_t arrived = 0;
  for (; const auto record = queue_.pop(); ++arrived) remember(*record);
  return arrived;
}

void PresenceWriter::remember(const SessionRecord& record) {
  const SessionRecord* known = pending_.find(record.key);
  if (known == nullptr || supersedes(record, *known)) pending_.put(record);
}

void PresenceWriter::work() {
  try {
    if (!connection_ && Clock::now() >= next_attempt_) connect();
    if (!connection_) return;
    if (pending_.size() > 0) write_pending();
    if (Clock::now() >= next_beat_) beat();
  } catch (const std::exception& error) {
    lost(error.what());
  }
}

void PresenceWriter::connect() {
  pg::ConnectOptions options;
  options.conninfo = conninfo_;
  options.application_name = "loomgate plugin: presence";
  options.connect_timeout = 3000ms;
  options.statement_timeout = 10000ms;
  options.interrupt_fd = stop_.fd();
  pg::Connection connection(options);
  register_broker(connection);
  const bool first_time = status_.commits == 0 && status_.failures == 0;
  if (!first_time)
    journal_.resync = Clock::now() - last_beat_ > kMaybeGivenUp ? Resync::kNewEpochs : Resync::kSameEpochs;
  connection_ = std::move(connection);
  status_.connected = true;
  next_beat_ = Clock::now();
  pause_ = 0ms;
  told_lost_ = false;
  loomgate::log(log_, kWriting, identity_.broker_id, identity_.boot_id);
}

void PresenceWriter::register_broker(pg::Connection& connection) {
  connection.exec(kRegister, pg::params(identity_.broker_id, identity_.boot_id, identity_.broker_version,
                                        identity_.plugin_version));
}

void PresenceWriter::write_pending() {
  for (DaemonName& daemon : queue_.take_introductions()) daemon_names_[daemon.key] = std::move(daemon.name);
  const KeyedTable<SessionRecord> records = std::exchange(pending_, {});
  try {
    SessionBatch batch;
    records.for_each([&](const SessionRecord& record) {
      batch.add(username_of(record.key), record);
      if (batch.size() < kBatch) return;
      write(std::exchange(batch, {}));
      collect();
    });
    if (batch.size() > 0) write(batch);
  } catch (...) {
    // Those that were written already change nothing when they are written again.
    records.for_each([this](const SessionRecord& record) { remember(record); });
    throw;
  }
}

void PresenceWriter::write(const SessionBatch& batch) {
  connection_->exec(kRecordSessions,
                    pg::params(identity_.broker_id, identity_.boot_id, batch.client_ids, batch.usernames, batch.epochs,
                               batch.addresses, batch.connected_at, batch.ended_at, batch.end_reasons,
                               timestamp(wall_clock_us())));
  status_.rows += batch.size();
  ++status_.commits;
}

std::string PresenceWriter::username_of(access::PrincipalKey key) const {
  return (key & access::kDaemonKey) == 0 ? access::node_id(key) : daemon_names_.at(key);
}

void PresenceWriter::beat() {
  const pg::Result result =
      connection_->exec(kHeartbeat, pg::params(identity_.broker_id, identity_.boot_id, counters_()));
  const bool ours = result[0].get<bool>(0);
  if (!ours) {
    if (!std::exchange(told_taken_over_, true)) loomgate::log(log_, kNotOurRow, identity_.broker_id);
    register_broker(*connection_);
    journal_.resync = Resync::kNewEpochs;
  }
  last_beat_ = Clock::now();
  next_beat_ = last_beat_ + kBeatInterval;
}

void PresenceWriter::lost(const std::string& reason) {
  connection_.reset();
  status_.connected = false;
  ++status_.failures;
  pause_ = std::clamp<std::chrono::milliseconds>(2 * pause_, kFirstPause, kLongestPause);
  next_attempt_ = Clock::now() + pause_;
  if (!finishing_ && !std::exchange(told_lost_, true)) loomgate::log(log_, kNotWriting, reason);
}

std::chrono::milliseconds PresenceWriter::until_next_work() const {
  const auto at = connection_ ? next_beat_ : next_attempt_;
  return std::clamp<std::chrono::milliseconds>(std::chrono::ceil<std::chrono::milliseconds>(at - Clock::now()), 1ms,
                                               kBeatInterval);
}

}  // namespace loomgate::presence
