// SPDX-License-Identifier: Apache-2.0
#include "plugin/presence/presence_writer.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "plugin/presence/messages.h"

namespace loomgate::presence {

const pg::Statement kRegister{"plugin_broker_register", pg::Access::kWrite,
                              "SELECT broker_register($1, 'mosquitto', $2, $3, $4)"};
const pg::Statement kHeartbeat{"plugin_broker_heartbeat", pg::Access::kWrite,
                               "SELECT broker_heartbeat($1, $2, $3::jsonb)"};
const pg::Statement kRecordSessions{"plugin_record_sessions", pg::Access::kWrite,
                                    "SELECT broker_record_sessions($1, $2, $3, $4, $5, $6, $7, $8, $9)"};

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBatch = 500;
constexpr auto kBeatInterval = 5s;
constexpr auto kFirstPause = 250ms;
constexpr auto kLongestPause = 5000ms;
// Without a heartbeat for longer than this a daemon may take the broker for dead and close its sessions.
constexpr auto kMaybeGivenUp = 2 * kBeatInterval;

pg::Timestamp timestamp(std::int64_t us) {
  return pg::Timestamp(std::chrono::microseconds(us));
}

// The columns of one batch, as broker_record_sessions() takes them.
struct Batch {
  std::vector<std::string> client_ids, usernames, addresses;
  std::vector<std::int64_t> epochs;
  std::vector<pg::Timestamp> connected_at;
  std::vector<std::optional<pg::Timestamp>> ended_at;
  std::vector<std::optional<std::int64_t>> end_reasons;

  void add(const std::string& username, const SessionRecord& record) {
    const bool device = username.starts_with(access::kNodePrefix);
    client_ids.push_back(device ? std::string(access::kDeviceClientPrefix) + username : username);
    usernames.push_back(username);
    addresses.emplace_back(record.address.data());
    epochs.push_back(static_cast<std::int64_t>(record.epoch));
    connected_at.push_back(timestamp(record.connected_us));
    ended_at.push_back(record.open() ? std::nullopt : std::optional(timestamp(record.ended_us)));
    end_reasons.push_back(record.open() ? std::nullopt : std::optional<std::int64_t>(record.end_reason));
  }
};

}  // namespace

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
  while (true) {
    collect();
    work();
    if (finishing_ && (pending_.empty() || !connection_ || stop_.wait(0ms))) break;
    if (pending_.empty() || !connection_) queue_.wait(until_next_work());
  }
  connection_.reset();
  done_.raise();
}

void PresenceWriter::collect() {
  while (const auto record = queue_.pop()) {
    const auto [known, is_new] = pending_.try_emplace(record->username.data(), *record);
    if (!is_new && supersedes(*record, known->second)) known->second = *record;
  }
}

void PresenceWriter::work() {
  try {
    if (!connection_ && Clock::now() >= next_attempt_) connect();
    if (!connection_) return;
    if (!pending_.empty()) write_batch();
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

void PresenceWriter::write_batch() {
  Batch batch;
  auto next = pending_.begin();
  for (; next != pending_.end() && batch.usernames.size() < kBatch; ++next) batch.add(next->first, next->second);
  connection_->exec(kRecordSessions,
                    pg::params(identity_.broker_id, identity_.boot_id, batch.client_ids, batch.usernames, batch.epochs,
                               batch.addresses, batch.connected_at, batch.ended_at, batch.end_reasons));
  pending_.erase(pending_.begin(), next);
  status_.rows += batch.usernames.size();
  ++status_.commits;
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
