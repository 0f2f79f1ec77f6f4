// SPDX-License-Identifier: Apache-2.0
// How every node of a config is doing (spec http-api 4.6 RuntimeSnapshotItem, domain 10.3).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"
#include "daemon/projections/endpoint_view.h"
#include "sql/pg/connection.h"

namespace loomgate::projections {

struct RuntimeSnapshotItem {
  std::string node_id;
  std::string node_name;
  std::string node_type;  // effective
  domain::PresenceState presence;
  std::string server_apply_status;  // SyncStatus.status
  bool client_initialized = false;
  std::string client_presence_state;
};

// What is stored of a config's agents, by node id. Two statements.
struct AgentRows {
  std::map<std::string, store::AgentStatus, std::less<>> agents;
  std::map<std::string, domain::NodeConfigState, std::less<>> states;
};
AgentRows load_agent_rows(pg::Connection& connection, const std::string& config_id,
                          const std::vector<domain::Node>& nodes);

// In the order of the nodes. A node that the rows do not know is left out: it was made while they were read.
std::vector<RuntimeSnapshotItem> snapshot_items(const std::vector<domain::Node>& nodes, const AgentRows& rows,
                                                bool mqtt_enabled);
// Every node of the config, in creation order. Three statements.
std::vector<RuntimeSnapshotItem> runtime_snapshot(pg::Connection& connection, const domain::Config& config,
                                                  bool mqtt_enabled);

}  // namespace loomgate::projections

template <>
struct loomgate::json::Describe<loomgate::projections::RuntimeSnapshotItem> {
  static const Shape<projections::RuntimeSnapshotItem>& shape();
};
