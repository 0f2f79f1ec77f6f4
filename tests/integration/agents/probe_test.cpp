// SPDX-License-Identifier: Apache-2.0
// Detects (spec mqtt 5.5, 15 and 22): who is asked, and what an answer or its absence means.
#include "daemon/store/probes.h"
#include "tests/integration/agents/conversation.h"

namespace loomgate::test {
namespace {

using harness::Reaction;
using harness::Received;

class Probes : public Conversation {
 protected:
  void SetUp() override {
    options.timings.detect_timeout = 60s;  // longer than anything here is waited for
    options.timings.detect_interval = 300ms;
    broker.start();
  }
  void ask(const BoundNode& node) {
    mesh.pool.transact([&](pg::Transaction& transaction) { store::ask_probes(transaction, {node.id}); });
  }
  bool nothing_is_open() { return mesh.ask("SELECT count(*) FROM probes") == "0"; }
  std::string reason(const BoundNode& node) { return mesh.of_runtime(node.id, "last_connectivity_reason"); }
};

TEST_F(Probes, an_answer_shows_the_agent_and_its_tunnel) {
  const auto node = mesh.add_node("gw");
  start_service();
  harness::AgentOptions up;
  up.wg_online = true;
  auto& agent = join(node, up);
  ask(node);
  EXPECT_TRUE(soon([&] { return reason(node) == "detect-ack"; })) << reason(node);
  EXPECT_EQ(mesh.of_runtime(node.id, "wg_runtime_state"), "running");
  EXPECT_NE(mesh.of_runtime(node.id, "last_probe_ack_at"), "");
  EXPECT_TRUE(soon([&] { return nothing_is_open(); }));
  const auto detects = of(agent, "detect");
  ASSERT_EQ(detects.size(), 1U);
  EXPECT_EQ(detects[0].qos, 1);
  EXPECT_FALSE(detects[0].retain);
  EXPECT_NE(detects[0].body.find(R"("tunnel_protocol":"wireguard")"), std::string::npos) << detects[0].body;
}

TEST_F(Probes, conformance_15_a_refused_detect_does_not_set_the_tunnel_stopped) {
  const auto node = mesh.add_node("gw");
  start_service();
  harness::AgentOptions refuses;
  refuses.wg_online = true;
  refuses.react = [](const Received&) { return Reaction{.status = "failed"}; };
  auto& agent = join(node, refuses);
  agent.heartbeat();
  ASSERT_TRUE(soon([&] { return mesh.of_runtime(node.id, "wg_runtime_state") == "running"; }));
  ask(node);
  EXPECT_TRUE(soon([&] { return reason(node) == "detect-ack"; }));
  EXPECT_EQ(mesh.of_runtime(node.id, "wg_runtime_state"), "running");
}

TEST_F(Probes, conformance_16_silence_drops_the_node_and_a_heartbeat_in_between_keeps_it) {
  options.timings.detect_timeout = 5s;  // within it the heartbeat has to come
  const auto mute = mesh.add_node("silent"), beating = mesh.add_node("beating");
  start_service();
  join(mute, silent());
  auto& other = join(beating, silent());
  ask(mute);
  ask(beating);
  ASSERT_TRUE(soon([&] { return of(other, "detect").size() == 1; }));
  other.heartbeat();
  ASSERT_TRUE(soon([&] { return reason(beating) == "client-heartbeat"; }));
  EXPECT_TRUE(soon([&] { return presence(mute) == "dropped"; })) << reason(mute);
  EXPECT_EQ(reason(mute), "detect-timeout");
  EXPECT_TRUE(soon([&] { return nothing_is_open(); }));
  EXPECT_EQ(presence(beating), "online");
}

TEST_F(Probes, an_agent_that_is_not_connected_is_known_at_once) {
  const auto node = mesh.add_node("away");
  start_service();
  ask(node);
  EXPECT_TRUE(soon([&] { return reason(node) == "detect-timeout"; })) << reason(node);
  EXPECT_EQ(presence(node), "offline") << "it was never there";
}

TEST_F(Probes, devices_are_asked_in_rounds_only_while_a_console_listens) {
  const auto node = mesh.add_node("gw");
  start_service();
  auto& agent = join(node);
  auto connection = mesh.pool.acquire();
  store::note_listeners(*connection, "elsewhere", 1);
  EXPECT_TRUE(soon([&] { return of(agent, "detect").size() >= 2; }));
  store::note_listeners(*connection, "elsewhere", 0);
  ASSERT_TRUE(soon([&] { return nothing_is_open(); }));
  const auto asked = of(agent, "detect").size();
  EXPECT_FALSE(soon([&] { return of(agent, "detect").size() > asked + 1; }, 1500ms)) << "nobody is there to look";
}

}  // namespace
}  // namespace loomgate::test
