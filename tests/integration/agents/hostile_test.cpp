// SPDX-License-Identifier: Apache-2.0
// Messages that the contract does not allow, on a broker that lets everything through: they are counted and dropped,
// and neither the session nor other agents notice.
#include <gmock/gmock.h>

#include "tests/integration/agents/conversation.h"

namespace loomgate::test {
namespace {

class Hostile : public Conversation {
 protected:
  Hostile() : Conversation(harness::shared_cluster(), harness::BrokerOptions::Access::kAnonymous) {}
  void SetUp() override {
    broker.start();
    start_service();
    connected_at = service->status().last_connected_at;
  }
  void expect_undisturbed() {
    EXPECT_TRUE(service->status().connected);
    EXPECT_EQ(service->status().last_connected_at, connected_at) << "it was never interrupted";
  }
  std::optional<Timestamp> connected_at;
};

TEST_F(Hostile, conformance_17_each_kind_is_counted_by_its_reason) {
  const auto node = mesh.add_node("gw1");
  const auto disabled = mesh.add_node("gw2");
  mesh.run("UPDATE nodes SET enabled = false WHERE id = '" + disabled.id + "'");
  auto& agent = join(node);
  const auto topic = [&](const std::string& config, const std::string& id, const std::string& suffix) {
    return "wfm/" + config + "/" + id + "/" + suffix;
  };
  agent.publish("event", "this is no JSON");
  agent.publish("heartbeat", "[1, 2]");
  agent.publish("event", std::string(1'999'000, 'x'));
  agent.publish("event", "{\"event\":\"\xff\"}");
  agent.publish_raw(topic(node.config_id, "node_000000000000", "event"), "{}");
  agent.publish_raw(topic("cfg_000000000000", node.id, "event"), "{}");
  agent.publish_raw(topic(disabled.config_id, disabled.id, "heartbeat"), "{}");
  agent.publish_raw("wfm/x/y/event", "{}");
  agent.publish("control/ack", harness::agent_envelope(agent.identity(), "control/ack", std::string(32, '0'), "",
                                                       R"({"status":"applied"})"));
  agent.publish("event",
                harness::agent_envelope(agent.identity(), "event", "", agent.session_id(), R"({"event":"marker"})"));
  ASSERT_TRUE(soon([&] { return mesh.of_runtime(node.id, "last_event") == "marker"; }));
  // They are counted when what the messages say is written already.
  EXPECT_TRUE(soon([&] {
    std::uint64_t all = 0;
    for (const auto* reason : {"bad-json", "oversize", "bad-utf8", "unknown-node", "foreign-config", "unwelcome-node",
                               "bad-topic", "unknown-request"}) {
      all += count(reason);
    }
    return all >= 9;
  }));
  EXPECT_EQ(count("bad-json"), 2U);
  EXPECT_EQ(count("oversize"), 1U);
  EXPECT_EQ(count("bad-utf8"), 1U);
  EXPECT_EQ(count("unknown-node"), 1U);
  EXPECT_EQ(count("foreign-config"), 1U);
  EXPECT_EQ(count("unwelcome-node"), 1U);
  EXPECT_EQ(count("bad-topic"), 1U);
  EXPECT_EQ(count("unknown-request"), 1U);
  EXPECT_EQ(mesh.of_runtime(disabled.id, "online"), "f");
  EXPECT_EQ(presence(node), "online") << "whoever sends nonsense is there all the same";
  expect_undisturbed();
}

TEST_F(Hostile, a_flood_of_a_thousand_per_second_hinders_nobody) {
  const auto node = mesh.add_node("gw1");
  const auto attacked = mesh.add_node("gw2");
  auto& honest = join(node);
  auto& attacker = join(attacked);
  const std::string big(1 << 20, '{');
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"event", "not json"},
      {"heartbeat", "\xff\xfe"},
      {"control/ack", harness::agent_envelope(attacker.identity(), "control/ack", "ffffffffffffffffffffffffffffffff",
                                              "", R"({"status":"applied"})")},
      {"config/push/ack",
       R"({"config_id":"cfg_000000000000","node_id":"node_000000000000","request_id":7,"payload":[]})"},
  };
  auto fastest_push = std::chrono::milliseconds::max();
  for (int second = 0; second < 4; ++second) {
    const auto began = std::chrono::steady_clock::now();
    const auto sha256 = mesh.stage(node.id, "text " + std::to_string(second));
    for (int i = 0; i < 1000; ++i) {
      if (i % 100 == 99) {
        attacker.publish_raw("wfm/cfg_000000000000/node_000000000000/event", i % 200 == 99 ? big : "{}");
      } else {
        const auto& [suffix, body] = kinds[static_cast<std::size_t>(i) % kinds.size()];
        attacker.publish(suffix, body);
      }
    }
    fastest_push = std::min(fastest_push, harness::time_until([&] { return confirmed(node) == sha256; }));
    EXPECT_EQ(confirmed(node), sha256) << "an honest agent gets its push in the middle of it";
    std::this_thread::sleep_until(began + 1s);  // the pace of the flood
  }
  EXPECT_LE(fastest_push, 3s);
  ASSERT_TRUE(soon([&] { return attacker.unacknowledged() == 0; }));
  attacker.publish("event", harness::agent_envelope(attacker.identity(), "event", "", "", R"({"event":"marker"})"));
  ASSERT_TRUE(soon([&] { return mesh.of_runtime(attacked.id, "last_event") == "marker"; }));
  EXPECT_TRUE(soon([&] { return count("unknown-node") >= 40; })) << "counted when they are dealt with";
  EXPECT_GE(count("bad-json"), 900U);
  EXPECT_GE(count("bad-utf8"), 900U);
  EXPECT_EQ(count("unknown-node"), 40U);
  EXPECT_EQ(honest.connects(), 1);
  expect_undisturbed();
}

}  // namespace
}  // namespace loomgate::test
