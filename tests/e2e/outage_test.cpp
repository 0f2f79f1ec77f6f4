// SPDX-License-Identifier: Apache-2.0
// The daemon goes away while devices come, go, return and talk, and comes back: what it shows is soon what the broker
// says, and no command waits for ever. LOOMGATE_ABSENCE_AGENTS and LOOMGATE_ABSENCE_SECONDS make it the size of the contract
// (1000 and 60); by default it is short.
#include <chrono>
#include <cstdlib>
#include <map>
#include <thread>

#include "tests/e2e/product_fixture.h"
#include "tests/harness/mqtt_client.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

int from_environment(const char* name, int standard) {
  const char* given = std::getenv(name);
  return given != nullptr ? std::atoi(given) : standard;
}

// Each device does one of these while nobody looks.
enum class Fate { kStays, kIsKilled, kReturns, kTakesOver, kArrives, kLeavesPolitely, kCount };

class Outage : public ProductTest, public testing::WithParamInterface<const char*> {
 protected:
  static constexpr auto kControlDeadline = 5s;
  static constexpr auto kConverged = 5s;  // what the contract allows

  Outage() : agents_(from_environment("LOOMGATE_ABSENCE_AGENTS", 60)), away_(from_environment("LOOMGATE_ABSENCE_SECONDS", 6)) {
    first_.options().env.emplace_back("WFM_CONTROL_TIMEOUT_SECONDS", std::to_string(kControlDeadline.count()));
    broker_.options().log_clients = false;
  }

  struct Device {
    std::string node;
    AgentIdentity identity;
    SimulatedAgent* agent = nullptr;
    Fate fate = Fate::kStays;
  };

  void make_devices() {
    const auto made = api_->post("/api/v1/configs", R"({"name":"fleet","virtual_subnet":"10.80.0.0/16"})");
    ASSERT_EQ(made.status, 200) << made.body;
    config_ = made.text("data.id");
    leaf_ = make_node(R"({"name":"mute"})");
    for (int number = 0; number < agents_; ++number) {
      Device device;
      device.node = make_node(fmt::format(R"({{"name":"n{}"}})", number));
      device.identity = bind(device.node);
      device.fate = static_cast<Fate>(number % static_cast<int>(Fate::kCount));
      device.agent = &fleet_.add(device.identity, {.port = broker_.port()});
      devices_.push_back(device);
    }
  }

  void before_the_outage() {
    for (auto& device : devices_) {
      if (device.fate == Fate::kArrives) {
        device.agent->cut();
      } else if (!device.agent->ready()) {
        device.agent->connect();
      }
    }
    ASSERT_TRUE(eventually(60s, [&] { return disagreements().empty(); })) << first_message(disagreements());
  }

  void during_the_outage() {
    for (auto& device : devices_) device.agent->heartbeat();
    for (auto& device : devices_) meet_fate(device);
    const auto end = Clock::now() + std::chrono::seconds(away_);
    while (Clock::now() < end) {
      // The load: everybody who is there speaks once a second.
      for (auto& device : devices_) {
        if (device.agent->ready()) device.agent->heartbeat();
      }
      std::this_thread::sleep_for(1s);
    }
    ASSERT_TRUE(eventually(kPatience, [&] { return broker_agrees_with_fates(); }));
  }

  void meet_fate(Device& device) {
    switch (device.fate) {
      case Fate::kIsKilled:
        return device.agent->cut();
      case Fate::kReturns:
        return device.agent->cut(200ms);
      case Fate::kTakesOver:
        return device.agent->take_over();
      case Fate::kArrives:
        return device.agent->connect();
      case Fate::kLeavesPolitely:
        return leave_politely(device);
      default:
        return;
    }
  }
  // Another program in the agent's place that says goodbye: the broker sends no will, and its last words are read after
  // its end is known.
  void leave_politely(Device& device) {
    device.agent->cut();
    MqttClient polite({.port = broker_.port(),
                       .client_id = device.identity.client_id,
                       .username = device.node,
                       .password = device.identity.password,
                       .session_expiry = {},
                       .will = {}});
    ASSERT_EQ(polite.connect(), kAccepted);
    const auto topic = fmt::format("wfm/{}/{}/", config_, device.node);
    ASSERT_EQ(polite.publish(topic + "event", agent_envelope(device.identity, "event", "", "session-polite",
                                                             R"({"level":"info","event":"online"})")), kAccepted);
    ASSERT_EQ(polite.publish(topic + "heartbeat", agent_envelope(device.identity, "heartbeat", "", "session-polite",
                                                                 R"({"client_online":true})")), kAccepted);
    polite.disconnect();
  }

  static bool is_there(Fate fate) { return fate != Fate::kIsKilled && fate != Fate::kLeavesPolitely; }
  bool broker_agrees_with_fates() {
    const auto open = open_sessions();
    return std::ranges::all_of(devices_, [&](const Device& device) { return open.contains(device.node) == is_there(device.fate); });
  }
  std::map<std::string, bool> open_sessions() const {
    auto connection = connect(database_.dsn());
    std::map<std::string, bool> open;
    for (const auto row : connection.exec_script("SELECT username FROM broker_sessions WHERE ended_at IS NULL")) {
      open[std::string(row.raw(0))] = true;
    }
    return open;
  }

  // What the console shows of each device against what the broker says; empty when all is well.
  std::vector<std::string> disagreements() {
    const auto open = open_sessions();
    const auto answer = first_.running() ? api_->get("/api/v1/configs/" + config_ + "/endpoint/runtime-snapshot") : ApiAnswer{};
    const auto items = answer.at("data");
    if (answer.status != 200 || !items) return {"no snapshot: " + answer.body};
    std::map<std::string, std::string> shown;
    for (std::size_t at = 0; at < items->size(); ++at) {
      const auto item = fmt::format("data.{}.", at);
      shown[answer.text(item + "node_id")] =
          answer.text(item + "client_presence_state") + (answer.boolean(item + "online") ? " online" : "");
    }
    std::vector<std::string> found;
    for (const auto& device : devices_) {
      const auto& state = shown[device.node];
      const bool agrees = open.contains(device.node) ? state == "online online" : state == "offline" || state == "dropped";
      if (!agrees) found.push_back(fmt::format("fate {} shown as '{}'", static_cast<int>(device.fate), state));
    }
    return found;
  }
  static std::string first_message(const std::vector<std::string>& messages) {
    return messages.empty() ? "" : fmt::format("{} of these: {}", messages.size(), messages.front());
  }

  std::string overdue_commands() const {
    return sql(fmt::format("SELECT count(*) FROM commands WHERE status = 'pending' AND action <> 'push_config' "
                           "AND requested_at < now() - interval '{} seconds'", kControlDeadline.count()));
  }
  void connect_the_mute() {
    connect_agent(leaf_, [](const Received& message) {
      return Reaction{.status = message.suffix == "control" ? "" : "applied"};
    });
    EXPECT_TRUE(gets_confirmed(*api_, leaf_));
  }
  // A command that the device takes and never answers; it is pending when the daemon goes.
  std::string ask_the_mute() {
    const auto asked = api_->post(path(leaf_, "endpoint/control"), R"({"action":"start"})");
    EXPECT_EQ(asked.status, 200) << asked.body;
    const auto is_it = " FROM commands WHERE request_id = '" + asked.text("data.request_id") + "'";
    EXPECT_TRUE(eventually(kPatience, [&] { return sql("SELECT sent_at IS NOT NULL" + is_it) == "t"; }));
    return sql("SELECT id" + is_it);
  }
  std::string status_of(const std::string& log) {
    const auto logs = api_->get(path(leaf_, "endpoint/logs"));
    for (int at = 0;; ++at) {
      const auto id = logs.text(fmt::format("data.{}.id", at));
      if (id == log || id.empty()) return logs.text(fmt::format("data.{}.status", at));
    }
  }

  // How long after the daemon's return something was still wrong.
  std::chrono::milliseconds absence() {
    const auto command = ask_the_mute();
    GetParam() == std::string("kill") ? first_.kill9() : static_cast<void>(first_.stop());
    during_the_outage();

    const auto began = Clock::now();
    first_.start();
    const auto returned = Clock::now();
    // Looked at for longer than it may take: what is read late must not turn a device back either.
    auto wrong_until = returned, stuck_until = returned;
    std::string wrong;
    while (Clock::now() < returned + kConverged + 3s) {
      if (const auto found = disagreements(); !found.empty()) {
        wrong_until = Clock::now();
        wrong = first_message(found);
      }
      if (overdue_commands() != "0") stuck_until = Clock::now();
      std::this_thread::sleep_for(20ms);
    }
    EXPECT_EQ(status_of(command), "timeout");
    std::printf("%d agents, daemon away for %d s (%s): start %d ms; after it states differed for %d ms, commands were late for %d ms\n",
                agents_, away_, GetParam(), static_cast<int>((returned - began) / 1ms),
                static_cast<int>((wrong_until - returned) / 1ms), static_cast<int>((stuck_until - returned) / 1ms));
    if (!wrong.empty()) std::printf("the last that differed: %s\n", wrong.c_str());
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::max(wrong_until, stuck_until) - returned);
  }

  const int agents_, away_;
  std::vector<Device> devices_;
};

TEST_P(Outage, StatesConvergeAndNoCommandIsStuckWhenTheDaemonReturns) {
  make_devices();
  connect_the_mute();
  const auto took = fastest(kConverged, [this] {
    before_the_outage();
    return absence();
  });
  EXPECT_LT(took, kConverged) << first_.log();
}

INSTANTIATE_TEST_SUITE_P(Ends, Outage, testing::Values("stop", "kill"), [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace loomgate::harness
