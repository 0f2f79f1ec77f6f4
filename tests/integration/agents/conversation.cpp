// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/agents/conversation.h"

#include <fmt/format.h>

namespace loomgate::test {

Conversation::Conversation(harness::PostgresCluster& cluster, harness::BrokerOptions::Access access)
    : mesh(cluster), broker(harness::broker_with_plugin(mesh.database.broker_dsn())) {
  broker.options().access = access;
  broker.options().extra_config = "set_tcp_nodelay true\n";
  options.mqtt.host = "127.0.0.1";
  options.mqtt.port = broker.port();
  options.timings.catch_up_least = 0ms;
  options.timings.catch_up_most = 0ms;
}

std::unique_ptr<agents::AgentsService> Conversation::make_service(const std::string& instance) {
  auto made_options = options;
  made_options.instance = instance;
  return std::make_unique<agents::AgentsService>(made_options, mesh.pool, mesh.sealer);
}

void Conversation::start_service() {
  service = make_service();
  service->start();
  ASSERT_TRUE(soon([&] { return service->status().connected; })) << service->status().last_error;
}

harness::SimulatedAgent& Conversation::add_agent(const BoundNode& node, harness::AgentOptions agent) {
  agent.port = broker.port();
  return fleet.add({node.config_id, node.id, node.password, ""}, std::move(agent));
}

// The first heartbeat is the last word of a start-up. The broker tells of the session beside it, earlier or later, and what
// that changes must not come while a test looks; without the plugin a broker records no sessions.
bool Conversation::has_started_up(const harness::SimulatedAgent& agent, const std::string& since) {
  const bool has_sessions = broker.options().access == harness::BrokerOptions::Access::kPlugin;
  const auto& node_id = agent.identity().node_id;
  return agent.ready() &&
         mesh.ask(fmt::format(
             "SELECT 1 FROM node_runtime r {} WHERE r.node_id = '{}' AND r.client_presence_state = 'online' "
             "AND r.session_id = '{}' AND r.last_heartbeat_at >= '{}'",
             has_sessions ? fmt::format("JOIN broker_sessions s ON s.username = r.node_id AND s.ended_at IS NULL AND NOT s.unseen "
                                        "AND s.connected_at >= '{}' AND r.last_heartbeat_at >= s.connected_at",
                                        since)
                          : "",
             node_id, agent.session_id(), since)) == "1";
}

harness::SimulatedAgent& Conversation::join(const BoundNode& node, harness::AgentOptions agent) {
  const auto since = mesh.ask("SELECT clock_timestamp()");
  auto& joined = add_agent(node, std::move(agent));
  joined.connect();
  EXPECT_TRUE(soon([&] { return has_started_up(joined, since); })) << joined.last_reason() << ' ' << presence(node);
  return joined;
}

void Conversation::leave(harness::SimulatedAgent& agent) {
  const auto& node_id = agent.identity().node_id;
  agent.cut();
  EXPECT_TRUE(soon([&] {
    return mesh.of_runtime(node_id, "client_presence_state") == "offline" &&
           mesh.ask("SELECT 1 FROM broker_sessions WHERE username = '" + node_id + "' AND (ended_at IS NULL OR unseen)").empty();
  })) << mesh.of_runtime(node_id, "client_presence_state");
}

harness::AgentOptions Conversation::silent() {
  harness::AgentOptions options;
  options.react = [](const harness::Received&) { return harness::Reaction{.status = "", .sends_event = false}; };
  return options;
}

std::uint64_t Conversation::count(const std::string& reason) const {
  const auto counts = service->counters();
  const auto found = counts.find(reason);
  return found == counts.end() ? 0 : found->second;
}

std::vector<harness::Received> Conversation::of(const harness::SimulatedAgent& agent, const std::string& suffix) {
  auto all = agent.received();
  std::erase_if(all, [&](const auto& message) { return message.suffix != suffix; });
  return all;
}

}  // namespace loomgate::test
