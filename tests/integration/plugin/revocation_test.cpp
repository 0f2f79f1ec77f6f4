// SPDX-License-Identifier: Apache-2.0
// A right that is taken ends the live session at once, however it was taken; nobody else notices.
#include <algorithm>
#include <vector>

#include "tests/harness/durations.h"
#include "tests/integration/plugin/fixture.h"

namespace loomgate::plugin_tests {
namespace {

using namespace harness;
int in_ms(std::chrono::milliseconds time) {
  return static_cast<int>(time.count());
}

class Revocation : public PluginTest {
 protected:
  void SetUp() override {
    PluginTest::SetUp();
    start_broker();
  }
};

TEST_F(Revocation, EveryWayToLoseAccessEndsTheSessionAndOnlyThatOne) {
  bind(node_name(1), "other");
  MqttClient bystander = connected(device(node_name(1), "other"));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"UPDATE nodes SET enabled = false WHERE id = 'node_aaaaaaaaaaaa'", "UPDATE nodes SET enabled = true"},
      {"UPDATE nodes SET node_type = 'static' WHERE id = 'node_aaaaaaaaaaaa'",
       "UPDATE nodes SET node_type = 'dynamic'"},
      {"UPDATE node_clients SET client_initialized = false WHERE node_id = 'node_aaaaaaaaaaaa'",
       "UPDATE node_clients SET client_initialized = true"},
      {"DELETE FROM nodes WHERE id = 'node_aaaaaaaaaaaa'", ""},
  };
  for (const auto& [take, give] : cases) {
    MqttClient client(device());
    ASSERT_TRUE(soon([&] { return client.connect() == kAccepted; }));
    sql(take);
    EXPECT_TRUE(client.wait_closed(kPatience)) << take;
    EXPECT_EQ(try_connect(device()), kNotAuthorized) << take;
    if (!give.empty()) sql(give);
  }
  EXPECT_TRUE(bystander.connected());
}

TEST_F(Revocation, ADisabledConfigAndSwitchedOffServicesEndAllTheirSessions) {
  bind(node_name(1), "other");
  MqttClient one = connected(device()), two = connected(device(node_name(1), "other")), server = connected(daemon());
  sql("UPDATE configs SET enabled = false");
  EXPECT_TRUE(one.wait_closed(kPatience));
  EXPECT_TRUE(two.wait_closed(kPatience));
  EXPECT_TRUE(server.connected());
  sql("INSERT INTO settings (key, value) VALUES ('mqtt_services_enabled', 'false')");
  EXPECT_TRUE(server.wait_closed(kPatience));
  EXPECT_TRUE(broker_->logged("LG-PLG-104"));
}

TEST_F(Revocation, ABindAgainEndsTheOldSessionAndTheNewPasswordCounts) {
  MqttClient old_device = connected(device());
  bind(kNode, "new-password");
  EXPECT_TRUE(old_device.wait_closed(kPatience));
  EXPECT_EQ(try_connect(device()), kNotAuthorized);
  MqttClient new_device = connected(device(kNode, "new-password"));
  EXPECT_FALSE(new_device.wait_closed(300ms)) << "the session of the new password must stay";
}

TEST_F(Revocation, ADaemonAccountThatIsRemovedIsEnded) {
  MqttClient server = connected(daemon());
  sql("DELETE FROM service_accounts");
  EXPECT_TRUE(server.wait_closed(kPatience));
  EXPECT_EQ(try_connect(daemon()), kNotAuthorized);
}

TEST_F(Revocation, UnrelatedChangesOfANodeDoNotDisturbIt) {
  MqttClient client = connected(device());
  sql("UPDATE nodes SET name = 'renamed', tags = '{a,b}'");
  sql("UPDATE node_clients SET client_version = '9'");
  sql("UPDATE configs SET description = 'x'");
  bind(node_name(1), "x");  // its notification comes after those, if they made any
  EXPECT_TRUE(soon([&] { return try_connect(device(node_name(1), "x")) == kAccepted; }));
  EXPECT_TRUE(client.connected());
  EXPECT_LT(client.publish(topic("event"), "{}"), 128);
}

// The bar is p99 <= 100 ms from commit; tests/bench measures it. Here a generous bound on a busy machine.
TEST_F(Revocation, FromCommitToTheEndOfTheSessionTakesMilliseconds) {
  EXPECT_LE(fastest(250ms, [&] {
    std::vector<std::chrono::milliseconds> taken;
    for (int attempt = 0; attempt < 200; ++attempt) {
      MqttClient client = connected(device());
      sql("UPDATE nodes SET enabled = false");
      taken.push_back(duration_of([&] { EXPECT_TRUE(client.wait_closed(kPatience)); }));
      sql("UPDATE nodes SET enabled = true");
    }
    std::sort(taken.begin(), taken.end());
    std::printf("revocation: median %d ms, p99 %d ms, worst %d ms\n", in_ms(taken[100]), in_ms(taken[197]), in_ms(taken.back()));
    return taken[197];
  }), 250ms);
}

TEST_F(Revocation, WithoutTheSignalTheTickDoesIt) {
  broker_->stop();
  broker_->options().plugin_options.emplace_back("wake_signal", "off");
  broker_->start();
  MqttClient client(device());
  ASSERT_TRUE(soon([&] { return client.connect() == kAccepted; }));
  sql("UPDATE nodes SET enabled = false");
  EXPECT_TRUE(client.wait_closed(kPatience));
}

TEST_F(Revocation, HundredsOfSessionsAtOnceDoNotHoldUpOthers) {
  constexpr int kMany = 300;
  sql("INSERT INTO configs (id, name, virtual_subnet, default_listen_port) VALUES ('cfg_cccccccccccc', 'mass', "
      "'10.99.0.0/16', 1)");
  for (int number = 1; number <= kMany; ++number) bind(node_name(number), "p", "cfg_cccccccccccc");
  MqttClient bystander = connected(device());
  EXPECT_LE(fastest(250ms, [&] {
    sql("UPDATE configs SET enabled = true");
    std::vector<MqttClient> clients;
    for (int number = 1; number <= kMany; ++number) clients.push_back(connected(device(node_name(number), "p")));
    sql("UPDATE configs SET enabled = false WHERE id = 'cfg_cccccccccccc'");
    std::chrono::milliseconds longest{0};
    EXPECT_TRUE(soon([&] {
      longest = std::max(longest, duration_of([&] { EXPECT_LT(bystander.publish(topic("event"), "{}"), 128); }));
      return std::none_of(clients.begin(), clients.end(), [](const MqttClient& client) { return client.connected(); });
    }));
    std::printf("longest PUBACK while %d sessions were ended: %d ms\n", kMany, in_ms(longest));
    return longest;
  }), 250ms);
}

}  // namespace
}  // namespace loomgate::plugin_tests
