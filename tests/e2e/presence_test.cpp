// SPDX-License-Identifier: Apache-2.0
// What a browser is told when a device comes, is killed, is cut off, or changes networks: the event stream, from the
// device's packet to the screen.
#include <sys/socket.h>

#include <optional>

#include "tests/e2e/product_fixture.h"
#include "tests/harness/event_reader.h"
#include "tests/harness/network_namespace.h"
#include "tests/harness/ports.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* kEvent = "endpoint.status.updated";
constexpr const char* kPresence = "status.client_state.client_presence_state";
constexpr const char* kSession = "status.client_state.session_id";
constexpr const char* kOnline = "status.runtime.online";
constexpr const char* kLastEvent = "status.client_state.last_event";

class Presence : public ProductTest {
 protected:
  void SetUp() override {
    ProductTest::SetUp();
    browser_.emplace(first_.url(), api_->bearer());
    ASSERT_TRUE(browser_->wait("system.clock.sync", kPatience));
  }

  std::function<bool(const StreamEvent&)> says(const std::string& path, const std::string& value) const {
    return [this, path, value](const StreamEvent& event) {
      return event.text("node_id") == leaf_ && event.text(path) == value;
    };
  }
  // The browser learns it, and both ways to say it agree. From the event of that number on.
  testing::AssertionResult shows(const std::string& state, std::size_t from = 0) {
    const auto event = browser_->wait(kEvent, kPatience, says(kPresence, state), from);
    if (!event) return testing::AssertionFailure() << "not " << state << " but " << last_state() << "\n" << broker_.log() << first_.log();
    if (event->text(kOnline) != (state == "online" ? "true" : "false")) {
      return testing::AssertionFailure() << state << " but runtime.online is " << event->text(kOnline);
    }
    return testing::AssertionSuccess();
  }
  // How long after the act the browser had learned it.
  template <typename Act>
  std::chrono::milliseconds time_to_show(const std::string& state, Act&& act) {
    const auto before = told();
    const auto began = Clock::now();
    act();
    EXPECT_TRUE(shows(state, before));
    const auto event = browser_->wait(kEvent, 0ms, says(kPresence, state), before);
    return event ? std::chrono::ceil<std::chrono::milliseconds>(event->arrived_at - began) : kPatience;
  }
  std::string last_state() const {
    auto events = browser_->events(kEvent);
    std::erase_if(events, [this](const StreamEvent& event) { return event.text("node_id") != leaf_; });
    return events.empty() ? "nothing" : events.back().text(kPresence);
  }
  std::size_t told() const { return browser_->events().size(); }

  std::optional<EventReader> browser_;
};

TEST_F(Presence, ADeviceThatConnectsIsShownOnlineWithinASecond) {
  // The first login after a bind may be too early for a busy broker; the agent tries again a second later.
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(shows("online"));
  const auto took = fastest(1s, [&] {
    time_to_show("offline", [&] { agent.cut(); });
    const auto before = told();
    const auto shown = time_to_show("online", [&] { agent.connect(); });
    EXPECT_TRUE(browser_->wait("runtime.snapshot.updated", kPatience, {}, before));
    return shown;
  });
  EXPECT_LE(took, 1s);
}

TEST_F(Presence, AKilledDeviceIsShownOfflineWithinASecond) {
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(shows("online"));
  ASSERT_TRUE(gets_confirmed(*api_, leaf_));
  const auto took = fastest(1s, [&] {
    if (last_state() != "online") time_to_show("online", [&] { agent.connect(); });
    return time_to_show("offline", [&] { agent.cut(); });
  });
  EXPECT_LE(took, 1s);
  EXPECT_TRUE(eventually(kPatience, [&] { return last_state() == "offline"; })) << last_state();
}

TEST_F(Presence, ATakeOverIsNeverShownAsAnAbsence) {
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(shows("online"));
  ASSERT_TRUE(gets_confirmed(*api_, leaf_));
  for (int turn = 0; turn < 5; ++turn) {
    const auto before = told();
    const auto connects = agent.connects();
    agent.take_over();
    ASSERT_TRUE(eventually(kPatience, [&] { return agent.connects() == connects + 1; }));
    ASSERT_TRUE(browser_->wait(kEvent, kPatience, says(kSession, agent.session_id()), before)) << first_.log();
    // What the broker had to say of the old session came before this.
    const auto name = fmt::format("sentinel-{}", turn);
    agent.publish("event", agent_envelope(agent.identity(), "event", "", agent.session_id(),
                                          fmt::format(R"({{"level":"info","event":"{}"}})", name)));
    ASSERT_TRUE(browser_->wait(kEvent, kPatience, says(kLastEvent, name), before)) << first_.log();
    const auto events = browser_->events();
    for (std::size_t at = before; at < events.size(); ++at) {
      if (events[at].type != kEvent || events[at].text("node_id") != leaf_) continue;
      EXPECT_EQ(events[at].text(kPresence), "online") << "turn " << turn << ": " << events[at].data.dump();
    }
  }
}

// A device in a network of its own that can be taken away without a word to either side.
class CutOff : public Presence {
 protected:
  static constexpr const char* kBrokerAddress = "198.18.77.1";
  static constexpr auto kKeepAlive = 5s;
  // Mosquitto 2.0 looks for silent clients every six seconds and counts whole seconds.
  static constexpr auto kBrokerLooks = 6s + 1s;

  CutOff() {
    try {
      device_.emplace("device");
      device_->join("198.18.77.2/30", std::string(kBrokerAddress) + "/30");
    } catch (const std::runtime_error& error) {
      device_.reset();
      forbidden_ = error.what();
    }
    broker_.options().extra_config = fmt::format("listener {} {}", port_, kBrokerAddress);
  }

  void SetUp() override {
    if (!device_) GTEST_SKIP() << "this machine does not let us make a network namespace: " << forbidden_;
    Presence::SetUp();
  }

  SimulatedAgent& connect_device() {
    auto& agent = fleet_.add(bind(leaf_), {.host = kBrokerAddress,
                                           .port = port_,
                                           .keep_alive = kKeepAlive,
                                           .open_socket = [this] { return device_->open_socket(SOCK_STREAM); }});
    agent.connect();
    return agent;
  }

  std::optional<NetworkNamespace> device_;
  std::string forbidden_;
  const int port_ = free_port();
};

TEST_F(CutOff, ADeviceThatIsCutOffIsShownOfflineWhenItsKeepAliveIsOver) {
  auto& agent = connect_device();
  ASSERT_TRUE(shows("online"));
  ASSERT_TRUE(gets_confirmed(*api_, leaf_)) << first_.log();
  constexpr std::chrono::milliseconds kLatest = kKeepAlive * 3 / 2 + kBrokerLooks + 1s;
  const auto took = fastest(kLatest, [&] {
    if (last_state() != "online") {
      device_->reconnect();
      time_to_show("online", [&] { agent.cut(0ms); });
    }
    return time_to_show("offline", [&] { device_->cut_off(); });
  });
  EXPECT_LE(took, kLatest);
  std::printf("shown %d ms after the cable was cut, with a keep-alive of %d s\n", static_cast<int>(took.count()),
              static_cast<int>(kKeepAlive.count()));
  EXPECT_TRUE(agent.ready()) << "the device itself has noticed nothing";

  device_->reconnect();
  time_to_show("online", [&] { agent.cut(0ms); });
}

}  // namespace
}  // namespace loomgate::harness
