// SPDX-License-Identifier: Apache-2.0
// A mesh, a broker with the plugin, a service and agents: what most tests of the conversation start from.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "daemon/agents/agents.h"
#include "tests/harness/agent_simulator.h"
#include "tests/harness/broker.h"
#include "tests/harness/eventually.h"
#include "tests/integration/agents/mesh.h"

namespace loomgate::test {

using namespace std::chrono_literals;

class Conversation : public testing::Test {
 protected:
  explicit Conversation(harness::PostgresCluster& cluster = harness::shared_cluster(),
                        harness::BrokerOptions::Access access = harness::BrokerOptions::Access::kPlugin);

  Mesh mesh;
  harness::MosquittoBroker broker;
  agents::AgentsOptions options;  // for the next start_service
  std::unique_ptr<agents::AgentsService> service;
  harness::AgentFleet fleet;

  std::unique_ptr<agents::AgentsService> make_service(const std::string& instance = "one");
  void start_service();  // and waits for its MQTT session
  harness::SimulatedAgent& add_agent(const BoundNode& node, harness::AgentOptions agent = {});
  // Connected and started up, and everything that this brings about is in the database: nothing follows by itself.
  harness::SimulatedAgent& join(const BoundNode& node, harness::AgentOptions agent = {});
  // Gone, and the database knows it from the agent's will and from the broker.
  void leave(harness::SimulatedAgent& agent);
  // An agent that takes commands and says nothing until the test makes it answer.
  static harness::AgentOptions silent();

  std::uint64_t count(const std::string& reason) const;
  bool has_started_up(const harness::SimulatedAgent& agent, const std::string& since);
  std::string presence(const BoundNode& node) { return mesh.of_runtime(node.id, "client_presence_state"); }
  std::string confirmed(const BoundNode& node) { return mesh.of_state(node.id, "confirmed_sha256"); }
  static std::vector<harness::Received> of(const harness::SimulatedAgent& agent, const std::string& suffix);

  template <typename Condition>
  static bool soon(Condition&& condition, std::chrono::milliseconds deadline = harness::kPatience) {
    return harness::eventually(deadline, std::forward<Condition>(condition));
  }
};

}  // namespace loomgate::test
