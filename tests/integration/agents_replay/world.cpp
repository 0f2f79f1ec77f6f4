// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/agents_replay/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/json/json.h"
#include "daemon/store/probes.h"
#include "tests/integration/agents_replay/script.h"

namespace loomgate::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

// Rounds of work after which the desk should long be done.
constexpr int kMostRounds = 200;

Timestamp first_day() {
  return *from_iso("2026-03-02T08:00:00Z");
}

agents::AgentTimings timings() {
  agents::AgentTimings made;
  made.catch_up_least = made.catch_up_most = 3s;  // nothing is left to chance
  return made;
}

std::string kind_of(const std::string& suffix) {
  return suffix == "config/push" ? "push" : suffix;
}

std::string request_of(const std::string& body) {
  const auto parsed = json::parse(body);
  return parsed.value ? std::string(parsed.value->view().find("request_id")->string()) : std::string();
}

}  // namespace

// The MQTT session: keeps what the devices are sent, and says what became of it.
class World::Wire : public agents::Outlet {
 public:
  explicit Wire(std::map<std::string, Device>& devices) : devices_(devices) {}

  bool connected() const override { return up; }
  void publish(std::uint64_t ticket, std::string topic, std::string payload, std::chrono::seconds) override {
    Device* device = addressed(topic);
    if (device == nullptr) throw std::logic_error("published to a topic of nobody: " + topic);
    const auto outcome = !up                 ? agents::PublishOutcome::kLinkLost
                         : device->connected ? agents::PublishOutcome::kAccepted
                                             : agents::PublishOutcome::kNoSubscribers;
    results_.push_back({ticket, outcome, 0});
    if (outcome != agents::PublishOutcome::kAccepted) return;
    const auto prefix = topic_prefix(*device);
    device->sent.push_back({kind_of(topic.substr(prefix.size())), request_of(payload), std::move(payload)});
  }
  std::vector<agents::PublishResult> take_results() {
    return holds ? std::vector<agents::PublishResult>{} : std::exchange(results_, {});
  }

  void lose_link() {
    for (auto& result : results_) result.outcome = agents::PublishOutcome::kLinkLost;
    holds = false;
  }
  void lose_results() { results_.clear(); }

  bool up = true;
  bool holds = false;

 private:
  static std::string topic_prefix(const Device& device) {
    return "wfm/" + device.node.config_id + "/" + device.node.id + "/";
  }
  Device* addressed(const std::string& topic) {
    for (auto& [name, device] : devices_)
      if (topic.starts_with(topic_prefix(device))) return &device;
    return nullptr;
  }

  std::map<std::string, Device>& devices_;
  std::vector<agents::PublishResult> results_;
};

World::World(Arrival arrival)
    : arrival_(arrival),
      start_(first_day()),
      database_time_(mesh_.database, start_),
      wire_(std::make_unique<Wire>(devices_)) {
  mesh_.run("SELECT broker_register('b1', 'mosquitto', 'boot', '', '')");
  begin_term();
}

World::~World() = default;

// As the leader does: it asks the database for the time, then it leads.
void World::begin_term() {
  const MonotonicClock steady = [this] { return std::chrono::steady_clock::time_point(24h + elapsed_); };
  clock_ = std::make_unique<store::DatabaseClock>([this] { return broker_time() + host_shift_; }, steady);
  clock_->measure(*mesh_.pool.acquire());
  desk_ =
      std::make_unique<agents::Desk>(agents::DeskParts{mesh_.pool, mesh_.sealer, "replay " + to_iso(broker_time()),
                                                       timings(), [this] { return clock_->now(); }, steady, tally_});
  desk_->connected();
}

void World::restart_daemon() {
  settle();
  take_a_moment();
  wire_->lose_results();
  begin_term();
  work();
}

Device& World::add_device(const std::string& name) {
  if (devices_.contains(name)) throw ScriptError(name + " is there already");
  return devices_.emplace(name, Device{name, mesh_.add_node(name), {}, false, {}, 0}).first->second;
}

Device& World::device(const std::string& name) {
  const auto found = devices_.find(name);
  if (found == devices_.end()) throw ScriptError("neither a verb nor a device: " + name);
  return found->second;
}

void World::set_clocks() {
  database_time_.set(broker_time() + database_shift_);
}

void World::take_a_moment() {
  elapsed_ += 1ms;
  set_clocks();
}

// The daemon works before it asks the database for the time and before the broker's heartbeat comes: the worst that a
// set clock can meet.
void World::pass(microseconds time) {
  settle();
  const microseconds step = time <= 5min ? microseconds(5s) : microseconds(1min);
  for (auto left = time; left > 0us; left -= std::min(left, step)) {
    elapsed_ += std::min(left, step);
    set_clocks();
    work();
    clock_->measure(*mesh_.pool.acquire());
    if (broker_beats_) mesh_.run("SELECT broker_heartbeat('b1', 'boot', '{}')");
    if (console_) store::note_listeners(*mesh_.pool.acquire(), "console", 1);
  }
}

void World::shift_host(microseconds by) {
  settle();
  host_shift_ += by;
  work();
}

void World::shift_database(microseconds by) {
  settle();
  database_shift_ += by;
  set_clocks();
  work();
}

void World::open_session(Device& device, microseconds ago) {
  settle();
  take_a_moment();
  const int number = device.sessions.empty() ? 1 : device.sessions.rbegin()->first + 1;
  device.sessions[number] = broker_time() - ago;
  device.connected = true;
  record_session(device, number, "NULL::timestamptz", "NULL::integer");
  work();
}

void World::end_session(Device& device, int number, int reason, microseconds ago) {
  settle();
  take_a_moment();
  if (!device.sessions.contains(number)) throw ScriptError(fmt::format("{} had no session {}", device.name, number));
  if (number == device.sessions.rbegin()->first) device.connected = false;
  record_session(device, number, fmt::format("'{}'::timestamptz", to_iso(broker_time() - ago)),
                 fmt::format("{}::integer", reason));
  work();
}

void World::record_session(const Device& device, int number, const std::string& ended_at, const std::string& reason) {
  mesh_.run(
      fmt::format("SELECT broker_record_sessions('b1', 'boot', ARRAY['wfm-{0}'], ARRAY['{0}'], ARRAY[{1}::bigint], "
                  "ARRAY[''], ARRAY['{2}'::timestamptz], ARRAY[{3}], ARRAY[{4}], '{5}')",
                  device.node.id, number, to_iso(device.sessions.at(number)), ended_at, reason, to_iso(broker_time())));
}

void World::set_console(bool open) {
  act([&](Mesh& mesh) { store::note_listeners(*mesh.pool.acquire(), "console", open ? 1 : 0); });
  console_ = open;
}

void World::set_link(bool up) {
  settle();
  wire_->up = up;
  up ? desk_->connected() : wire_->lose_link();
  work();
}

void World::hold_results(bool hold) {
  settle();
  wire_->holds = hold;
  work();
}

void World::hear(agents::Incoming message) {
  last_heard_ = message;
  unheard_.push_back(std::move(message));
  if (arrival_ == Arrival::kOneByOne) settle();
}

void World::hear_again() {
  hear(last_heard_);
}

void World::act(const std::function<void(Mesh&)>& deed) {
  settle();
  take_a_moment();
  deed(mesh_);
  work();
}

void World::settle() {
  if (unheard_.empty()) return;
  take_a_moment();
  if (!desk_->take(std::exchange(unheard_, {}))) throw std::runtime_error("the database did not take the messages");
  work();
}

void World::work() {
  for (int round = 0; round < kMostRounds; ++round) {
    const bool more = desk_->work(*wire_);
    const auto results = wire_->take_results();
    for (const auto& result : results) desk_->published(result);
    if (!more && results.empty()) return;
  }
  throw std::runtime_error("the desk finds no end");
}

std::uint64_t World::count(const std::string& reason) const {
  const auto counts = tally_.counts();
  const auto found = counts.find(reason);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace loomgate::test
