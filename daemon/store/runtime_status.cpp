// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/runtime_status.h"

#include "daemon/store/presence_columns.h"

namespace loomgate::store {
namespace {

#define LOOMGATE_AGENT_STATUS_COLUMNS                                                                               \
  "SELECT r.node_id, r.config_id, r.last_config_sync_error, r.client_downloaded, r.client_downloaded_at, "          \
  "r.created_at, r.updated_at, c.client_initialized, c.client_platform, c.client_version, c.client_hostname, "      \
  "c.mqtt_username, c.mqtt_client_id, " LOOMGATE_PRESENCE_COLUMNS                                                   \
  "FROM node_runtime r JOIN nodes n ON n.id = r.node_id JOIN node_clients c ON c.node_id = r.node_id "

const pg::Statement kOfNode{"agent_status_of_node", pg::Access::kRead,
                            LOOMGATE_AGENT_STATUS_COLUMNS "WHERE r.node_id = $1"};
const pg::Statement kOfConfig{"agent_statuses_of_config", pg::Access::kRead,
                              LOOMGATE_AGENT_STATUS_COLUMNS "WHERE r.config_id = $1 ORDER BY n.created_at, n.seq"};

#undef LOOMGATE_AGENT_STATUS_COLUMNS

const pg::Statement kWorkload{"workload", pg::Access::kRead, R"(
    SELECT (SELECT count(*) FROM outbox WHERE parked_at IS NULL), (SELECT count(*) FROM outbox WHERE parked_at IS NOT NULL),
           (SELECT count(*) FROM commands WHERE status = 'pending'), (SELECT count(*) FROM node_runtime WHERE online))"};

AgentStatus read_status(pg::Row source) {
  pg::RowReader row(source);
  AgentStatus status;
  status.runtime.node_id = row.next<std::string>();
  status.runtime.config_id = row.next<std::string>();
  status.runtime.last_config_sync_error = row.next<std::string>();
  status.runtime.client_downloaded = row.next<bool>();
  status.runtime.client_downloaded_at = row.next<std::optional<Timestamp>>();
  status.runtime.created_at = row.next<Timestamp>();
  status.runtime.updated_at = row.next<Timestamp>();
  status.client.initialized = row.next<bool>();
  status.client.platform = row.next<std::string>();
  status.client.version = row.next<std::string>();
  status.client.hostname = row.next<std::string>();
  status.client.mqtt_username = row.next<std::string>();
  status.client.mqtt_client_id = row.next<std::string>();
  status.runtime.presence = read_presence(row);
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
