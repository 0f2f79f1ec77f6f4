// SPDX-License-Identifier: Apache-2.0
// What is stored of a node's agent, for readers: rows of node_runtime and node_clients (spec domain 1.7, 1.8). What a
// disabled or static node shows instead is decided by the reader (services/endpoint).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

struct RuntimeStatus {
  std::string node_id;
  std::string config_id;
  bool online = false;
  std::string connectivity_state = "offline";
  bool wg_running = false;
  std::string wg_runtime_state = "unknown";
  std::string config_sync_state = "pending";
  int peers_online = 0;
  int peers_total = 0;
  std::optional<Timestamp> last_seen;
  std::optional<Timestamp> last_probe_sent_at;
  std::optional<Timestamp> last_probe_ack_at;
  std::optional<Timestamp> last_control_channel_seen_at;
  bool heartbeat_client_online = false;
  bool heartbeat_wg_online = false;
  bool detect_client_online = false;
  bool detect_wg_online = false;
  std::string last_config_sync_error;
  std::string last_connectivity_reason;
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
  std::string presence_state = "offline";  // online, dropped, offline
  std::string boot_id;
  std::string session_id;
  std::optional<Timestamp> last_heartbeat_at;
  std::optional<Timestamp> last_detect_ack_at;
  std::optional<Timestamp> last_reachable_at;
  std::optional<Timestamp> last_offline_at;
  std::optional<Timestamp> last_will_at;
  std::string last_event;
  std::optional<Timestamp> last_event_at;
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
