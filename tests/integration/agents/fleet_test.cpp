// SPDX-License-Identifier: Apache-2.0
// A thousand agents: they come together, get their texts, answer, and come back after a broker restart.
#include "tests/integration/agents/conversation.h"

namespace loomgate::test {
namespace {

constexpr int kAgents = 1000;

class Fleet : public Conversation {
 protected:
  int number(const std::string& sql) { return std::stoi(mesh.ask(sql)); }
  int online() { return number("SELECT count(*) FROM node_runtime WHERE online AND session_id <> ''"); }
  int confirmed_nodes() {
    return number(
        "SELECT count(*) FROM node_config_state WHERE staged_sha256 <> '' AND confirmed_sha256 = staged_sha256");
  }
};

TEST_F(Fleet, a_thousand_agents_get_what_was_staged_before_they_came) {
  options.timings.pushes_per_second = 2000;
  broker.start();
  start_service();
  std::vector<harness::SimulatedAgent*> agents;
  for (const auto& node : mesh.add_nodes(kAgents, "[Interface]\n")) agents.push_back(&add_agent(node));
  const auto began = std::chrono::steady_clock::now();
  const auto record = [&](const char* what) {
    RecordProperty(what, static_cast<int>((std::chrono::steady_clock::now() - began) / 1ms));
  };
  for (auto* agent : agents) agent->connect();
  ASSERT_TRUE(soon([&] { return fleet.ready() == kAgents; }, 60s)) << fleet.ready();
  record("ready_ms");
  ASSERT_TRUE(soon([&] { return online() == kAgents; }, 60s)) << online();
  record("online_ms");
  ASSERT_TRUE(soon([&] { return confirmed_nodes() == kAgents; }, 60s)) << confirmed_nodes();
  record("confirmed_ms");
  for (auto* agent : agents) {
    EXPECT_EQ(agent->connects(), 1);
    EXPECT_EQ(agent->received().size(), 1U) << "one push, once";
  }
  EXPECT_TRUE(soon([&] { return mesh.outbox_rows() == 0; }));
}

}  // namespace
}  // namespace loomgate::test
