// SPDX-License-Identifier: Apache-2.0
// Servers that die under the conversation.
#include "tests/integration/agents/conversation.h"

namespace loomgate::test {
namespace {

// Killed by the tests, so it is no cluster of others; a base class, so that it outlives the mesh in it.
struct OwnCluster {
  harness::PostgresCluster cluster;
};

class Faults : protected OwnCluster, public Conversation {
 protected:
  Faults() : Conversation(cluster) {
    cluster.migrate();
    broker.start();
  }
  void mark(harness::SimulatedAgent& agent, const std::string& name) {
    agent.publish("event", harness::agent_envelope(agent.identity(), "event", "", agent.session_id(),
                                                   R"({"event":")" + name + "\"}"));
  }
  int logged_marks() {
    return std::stoi(mesh.ask("SELECT count(DISTINCT (node_id, event)) FROM agent_events WHERE event LIKE 'mark%'"));
  }
};

TEST_F(Faults, postgres_killed_in_the_middle_of_messages_loses_none) {
  start_service();
  std::vector<harness::SimulatedAgent*> agents;
  for (const auto& node : mesh.add_nodes(30, "")) agents.push_back(&join(node));
  for (int round = 0; round < 15; ++round) {
    for (auto* agent : agents) mark(*agent, "mark" + std::to_string(round));
    if (round == 5) cluster.kill9();
    if (round == 10) cluster.start();
  }
  EXPECT_TRUE(soon([&] { return service->leading() && service->status().connected; }, 60s));
  EXPECT_TRUE(soon([&] { return logged_marks() == 30 * 15; }, 60s)) << logged_marks();
  for (auto* agent : agents) EXPECT_EQ(agent->connects(), 1) << "no agent was disturbed";
  const auto sha256 = mesh.stage(agents[0]->identity().node_id, "text");
  EXPECT_TRUE(soon([&] { return mesh.of_state(agents[0]->identity().node_id, "confirmed_sha256") == sha256; }));
}

TEST_F(Faults, a_broker_that_restarts_gets_everybody_back) {
  start_service();
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node);
  broker.kill9();
  ASSERT_TRUE(soon([&] { return !service->status().connected; }));
  EXPECT_EQ(service->status().status, "error");
  const auto sha256 = mesh.stage(node.id, "text");
  broker.start();
  EXPECT_TRUE(soon([&] { return service->status().connected && agent.connects() == 2; }));
  EXPECT_TRUE(soon([&] { return confirmed(node) == sha256; }));
}

TEST_F(Faults, a_database_that_is_away_at_the_start_is_waited_for) {
  cluster.kill9();
  service = make_service();
  service->start();
  EXPECT_EQ(service->status().status, "connecting");
  cluster.start();
  EXPECT_TRUE(soon([&] { return service->status().connected; })) << service->status().last_error;
}

}  // namespace
}  // namespace loomgate::test
