// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/runtime_snapshot.h"

#include "daemon/domain/sync_state.h"
#include "daemon/store/node_state.h"
#include "daemon/store/nodes.h"

namespace loomgate::projections {

AgentRows load_agent_rows(pg::Connection& connection, const std::string& config_id,
                          const std::vector<domain::Node>& nodes) {
  AgentRows rows;
  for (auto& agent : store::agent_statuses(connection, config_id)) {
    auto id = agent.runtime.node_id;
    rows.agents.emplace(std::move(id), std::move(agent));
  }
  std::vector<std::string> ids;
  for (const auto& node : nodes) ids.push_back(node.id);
  for (auto& state : store::node_states(connection, ids)) {
    auto id = state.node_id;
    rows.states.emplace(std::move(id), std::move(state));
  }
  return rows;
}

std::vector<RuntimeSnapshotItem> snapshot_items(const std::vector<domain::Node>& nodes, const AgentRows& rows,
                                                bool mqtt_enabled) {
  std::vector<RuntimeSnapshotItem> items;
  items.reserve(nodes.size());
  for (const auto& node : nodes) {
    const auto agent = rows.agents.find(node.id);
    const auto state = rows.states.find(node.id);
    if (agent == rows.agents.end() || state == rows.states.end()) continue;
    const auto client = view_client(node, agent->second, mqtt_enabled);
    items.push_back({node.id, node.name, effective_type(node.node_type, mqtt_enabled),
                     shown_presence(node, agent->second.runtime.presence, mqtt_enabled),
                     domain::apply_status(state->second.desired_sha256, state->second.staged_sha256),
                     client.client_initialized, client.client_presence_state});
  }
  return items;
}

std::vector<RuntimeSnapshotItem> runtime_snapshot(pg::Connection& connection, const domain::Config& config,
                                                  bool mqtt_enabled) {
  const auto nodes = store::nodes_of_config(connection, config.id);
  return snapshot_items(nodes, load_agent_rows(connection, config.id, nodes), mqtt_enabled);
}

}  // namespace loomgate::projections

namespace loomgate::json {

const Shape<projections::RuntimeSnapshotItem>& Describe<projections::RuntimeSnapshotItem>::shape() {
  using S = projections::RuntimeSnapshotItem;
  static const auto shape = Shape<S>("RuntimeSnapshotItem")
                                .field("node_id", &S::node_id)
                                .field("node_name", &S::node_name)
                                .field("node_type", &S::node_type, literal({"dynamic", "static"}))
                                .flatten(&S::presence)
                                .field("server_apply_status", &S::server_apply_status)
                                .field("client_initialized", &S::client_initialized)
                                .field("client_presence_state", &S::client_presence_state);
  return shape;
}

}  // namespace loomgate::json
