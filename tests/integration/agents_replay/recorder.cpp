// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/agents_replay/recorder.h"

#include <set>
#include <stdexcept>
#include <utility>

#include "daemon/base/time.h"
#include "tests/harness/eventually.h"

namespace loomgate::test {
namespace {

using namespace std::chrono_literals;

// What the recorder says to itself through the broker: everything before it has arrived then.
constexpr const char* kLastWord = "recorder/last";

const pg::Statement kSessions{"test_sessions", pg::Access::kRead,
                              "SELECT s.username, s.epoch, s.connected_at, s.ended_at FROM broker_sessions s "
                              "JOIN nodes n ON n.id = s.username ORDER BY s.connected_at"};
const pg::Statement kShown{
    "test_shown", pg::Access::kRead,
    "SELECT r.node_id, r.client_presence_state, r.wg_runtime_state, r.session_id, s.confirmed_sha256 "
    "FROM node_runtime r JOIN node_config_state s ON s.node_id = r.node_id ORDER BY r.node_id"};

}  // namespace

Recorder::Recorder(harness::MqttClientOptions options, const pg::ConnectOptions& database)
    : client_(std::move(options)), database_(database) {
  if (client_.connect() != harness::kAccepted) throw std::runtime_error("the broker does not admit the recorder");
  for (const auto code : client_.subscribe(std::vector<std::string>{"wfm/#", kLastWord}))
    if (code >= 0x80) throw std::runtime_error("the recorder may not read wfm/#");
  look_at_sessions();
  thread_ = std::thread([this] { watch(); });
}

Recorder::~Recorder() {
  finishing_ = true;
  if (thread_.joinable()) thread_.join();
}

void Recorder::catch_up() {
  const int wanted = ++wanted_;
  if (!harness::eventually(harness::kPatience, [&] { return caught_up_ >= wanted; }))
    throw std::runtime_error("the recorder does not hear the broker");
}

std::string Recorder::finish() {
  finishing_ = true;
  thread_.join();
  std::set<std::string> devices;
  for (const auto& seen : seen_) {
    if (seen.session) devices.insert(seen.session->node_id);
  }
  auto shown = shown_devices();
  std::erase_if(shown, [&](const auto& one) { return !devices.contains(one.node_id); });
  return transcript(std::move(seen_), shown);
}

void Recorder::watch() {
  while (!finishing_) {
    take_message(10ms);
    look_at_sessions();
    if (const int wanted = wanted_; wanted > caught_up_) {
      take_everything();
      caught_up_ = wanted;
    }
  }
  take_everything();
}

void Recorder::take_everything() {
  client_.publish(kLastWord, "");
  while (take_message(harness::kPatience)) {
  }
  look_at_sessions();
}

// False when the last word came, or nothing.
bool Recorder::take_message(std::chrono::milliseconds patience) {
  auto message = client_.next_message(patience);
  if (!message || message->topic == kLastWord) return false;
  seen_.push_back({system_clock()(), SeenMessage{std::move(message->topic), std::move(message->payload)}, {}});
  return true;
}

// A row is the newest session of its device: what began and ended between two looks is not seen.
void Recorder::look_at_sessions() {
  for (const auto row : database_.exec(kSessions)) {
    const auto node_id = row.get<std::string>(0);
    const auto epoch = row.get<std::int64_t>(1);
    const auto ended_at = row.get<std::optional<Timestamp>>(3);
    const auto known = std::exchange(sessions_[node_id], {epoch, !ended_at});
    if (known.first != epoch) seen_.push_back({row.get<Timestamp>(2), {}, SeenSession{node_id, true}});
    if (ended_at && (known.first != epoch || known.second)) {
      seen_.push_back({*ended_at, {}, SeenSession{node_id, false}});
    }
  }
}

std::vector<ShownDevice> Recorder::shown_devices() {
  std::vector<ShownDevice> shown;
  for (const auto row : database_.exec(kShown)) {
    shown.push_back({row.get<std::string>(0), row.get<std::string>(1), row.get<std::string>(2), row.get<std::string>(3),
                     row.get<std::string>(4)});
  }
  return shown;
}

}  // namespace loomgate::test
