// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/agents/conversation.h"

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

// Without the plugin a broker records no sessions.
constexpr const char* kHeartbeatSinceConnect =
    "coalesce(last_heartbeat_at >= (SELECT connected_at FROM broker_sessions WHERE client_id = 'wfm-' || node_id "
    "AND ended_at IS NULL), last_heartbeat_at IS NOT NULL)";

harness::SimulatedAgent& Conversation::join(const BoundNode& node, harness::AgentOptions agent) {
  auto& joined = add_agent(node, std::move(agent));
  joined.connect();
  // The first heartbeat is the last word of a start-up; what a push brings about may follow at once.
  const auto is_in = [&] {
    return joined.ready() && presence(node) == "online" &&
           mesh.of_runtime(node.id, "session_id") == joined.session_id() &&
           mesh.of_runtime(node.id, kHeartbeatSinceConnect) == "t";
  };
  EXPECT_TRUE(soon(is_in)) << joined.last_reason() << ' ' << presence(node);
  return joined;
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
