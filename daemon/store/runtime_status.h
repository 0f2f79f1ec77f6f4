// SPDX-License-Identifier: Apache-2.0
// What is stored of a node's agent, for readers: rows of node_runtime and node_clients (spec domain 1.7, 1.8). What a
// disabled or static node shows instead is decided by the reader (projections/endpoint_view).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time.h"
#include "daemon/domain/presence.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

// Its presence is what the agent and the broker said; the rest is what use cases noted.
struct RuntimeStatus {
  std::string node_id;
  std::string config_id;
  domain::PresenceState presence;
  std::string last_config_sync_error;
  bool client_downloaded = false;
  std::optional<Timestamp> client_downloaded_at;
  Timestamp created_at{};
  Timestamp updated_at{};
};

// Never the password's hash, never the bind token's.
struct ClientStatus {
  bool initialized = false;
  std::string platform;
  std::string version;
  std::string hostname;
  std::string mqtt_username;
  std::string mqtt_client_id;
};

struct AgentStatus {
  RuntimeStatus runtime;
  ClientStatus client;
};

std::optional<AgentStatus> find_agent_status(pg::Connection& connection, std::string_view node_id);
// Every node of the config, in creation order.
std::vector<AgentStatus> agent_statuses(pg::Connection& connection, std::string_view config_id);

// What waits, for /metrics.
struct Workload {
  std::int64_t outbox_waiting = 0;
  std::int64_t outbox_parked = 0;
  std::int64_t commands_pending = 0;
  std::int64_t devices_online = 0;
};
Workload read_workload(pg::Connection& connection);

}  // namespace loomgate::store
