// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/runtime_status.h"

namespace loomgate::store {
namespace {

#define LOOMGATE_AGENT_STATUS_COLUMNS                                                                                 \
  "SELECT r.node_id, r.config_id, r.online, r.connectivity_state, r.wg_running, r.wg_runtime_state, "                 \
  "r.config_sync_state, r.peers_online, r.peers_total, r.last_seen, r.last_probe_sent_at, r.last_probe_ack_at, "      \
  "r.last_control_channel_seen_at, r.heartbeat_client_online, r.heartbeat_wg_online, r.detect_client_online, "        \
  "r.detect_wg_online, r.last_config_sync_error, r.last_connectivity_reason, r.client_downloaded, "                   \
  "r.client_downloaded_at, r.created_at, r.updated_at, coalesce(c.client_initialized, false), "                       \
  "coalesce(c.client_platform, ''), coalesce(c.client_version, ''), coalesce(c.client_hostname, ''), "                \
  "coalesce(c.mqtt_username, ''), coalesce(c.mqtt_client_id, ''), r.client_presence_state, r.boot_id, r.session_id, " \
  "r.last_heartbeat_at, r.last_detect_ack_at, r.last_reachable_at, r.last_offline_at, r.last_will_at, r.last_event, " \
  "r.last_event_at FROM node_runtime r JOIN nodes n ON n.id = r.node_id LEFT JOIN node_clients c ON c.node_id = "     \
  "r.node_id "

const pg::Statement kOfNode{"agent_status_of_node", pg::Access::kRead,
                            LOOMGATE_AGENT_STATUS_COLUMNS "WHERE r.node_id = $1"};
const pg::Statement kOfConfig{"agent_statuses_of_config", pg::Access::kRead,
                              LOOMGATE_AGENT_STATUS_COLUMNS "WHERE r.config_id = $1 ORDER BY n.created_at, n.seq"};

#undef LOOMGATE_AGENT_STATUS_COLUMNS

const pg::Statement kWorkload{"workload", pg::Access::kRead, R"(
    SELECT (SELECT count(*) FROM outbox WHERE parked_at IS NULL), (SELECT count(*) FROM outbox WHERE parked_at IS NOT NULL),
           (SELECT count(*) FROM commands WHERE status = 'pending'), (SELECT count(*) FROM node_runtime WHERE online))"};

using Time = std::optional<Timestamp>;

RuntimeStatus read_runtime(pg::RowReader& row) {
  RuntimeStatus status;
  status.node_id = row.next<std::string>();
  status.config_id = row.next<std::string>();
  status.online = row.next<bool>();
  status.connectivity_state = row.next<std::string>();
  status.wg_running = row.next<bool>();
  status.wg_runtime_state = row.next<std::string>();
  status.config_sync_state = row.next<std::string>();
  status.peers_online = row.next<int>();
  status.peers_total = row.next<int>();
  status.last_seen = row.next<Time>();
  status.last_probe_sent_at = row.next<Time>();
  status.last_probe_ack_at = row.next<Time>();
  status.last_control_channel_seen_at = row.next<Time>();
  status.heartbeat_client_online = row.next<bool>();
  status.heartbeat_wg_online = row.next<bool>();
  status.detect_client_online = row.next<bool>();
  status.detect_wg_online = row.next<bool>();
  status.last_config_sync_error = row.next<std::string>();
  status.last_connectivity_reason = row.next<std::string>();
  status.client_downloaded = row.next<bool>();
  status.client_downloaded_at = row.next<Time>();
  status.created_at = row.next<Timestamp>();
  status.updated_at = row.next<Timestamp>();
  return status;
}

ClientStatus read_client(pg::RowReader& row) {
  ClientStatus status;
  status.initialized = row.next<bool>();
  status.platform = row.next<std::string>();
  status.version = row.next<std::string>();
  status.hostname = row.next<std::string>();
  status.mqtt_username = row.next<std::string>();
  status.mqtt_client_id = row.next<std::string>();
  status.presence_state = row.next<std::string>();
  status.boot_id = row.next<std::string>();
  status.session_id = row.next<std::string>();
  status.last_heartbeat_at = row.next<Time>();
  status.last_detect_ack_at = row.next<Time>();
  status.last_reachable_at = row.next<Time>();
  status.last_offline_at = row.next<Time>();
  status.last_will_at = row.next<Time>();
  status.last_event = row.next<std::string>();
  status.last_event_at = row.next<Time>();
  return status;
}

AgentStatus read_status(pg::Row source) {
  pg::RowReader row(source);
  AgentStatus status;
  status.runtime = read_runtime(row);
  status.client = read_client(row);
  return status;
}

}  // namespace

std::optional<AgentStatus> find_agent_status(pg::Connection& connection, std::string_view node_id) {
  const auto rows = connection.exec(kOfNode, pg::params(node_id));
  if (rows.empty()) return std::nullopt;
  return read_status(rows[0]);
}

std::vector<AgentStatus> agent_statuses(pg::Connection& connection, std::string_view config_id) {
  std::vector<AgentStatus> found;
  for (const auto row : connection.exec(kOfConfig, pg::params(config_id))) found.push_back(read_status(row));
  return found;
}

Workload read_workload(pg::Connection& connection) {
  const auto rows = connection.exec(kWorkload);
  pg::RowReader row(rows[0]);
  Workload load;
  load.outbox_waiting = row.next<std::int64_t>();
  load.outbox_parked = row.next<std::int64_t>();
  load.commands_pending = row.next<std::int64_t>();
  load.devices_online = row.next<std::int64_t>();
  return load;
}

}  // namespace loomgate::store
