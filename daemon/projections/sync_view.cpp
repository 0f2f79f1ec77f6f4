// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/sync_view.h"

#include "daemon/base/error_codes.h"
#include "daemon/domain/names.h"
#include "daemon/domain/sync_state.h"
#include "daemon/projections/node_view.h"
#include "daemon/store/node_state.h"

// The order of these columns is the order of read_status().
#define SYNC_COLUMNS                                                                                               \
  "SELECT n.id, n.name, n.node_type, n.auto_sync, s.desired_version, s.staged_version, s.confirmed_version, "      \
  "s.desired_sha256, s.staged_sha256, s.confirmed_sha256, s.reported_local_sha256, s.reported_local_version, "     \
  "r.config_sync_state FROM nodes n JOIN node_config_state s ON s.node_id = n.id "                                 \
  "JOIN node_runtime r ON r.node_id = n.id "

namespace loomgate::projections {
namespace {

const pg::Statement kSyncStatusOfConfig{
    "sync_status_of_config", pg::Access::kRead,
    SYNC_COLUMNS "WHERE n.config_id = $1 AND n.enabled ORDER BY n.created_at, n.seq"};
const pg::Statement kSyncStatusOfNode{"sync_status_of_node", pg::Access::kRead, SYNC_COLUMNS "WHERE n.id = $1"};

SyncStatus read_status(pg::Row row, const domain::TopologyReport& topology, bool mqtt_enabled) {
  pg::RowReader reader(row);
  SyncStatus status;
  status.node_id = reader.next<std::string>();
  status.node_name = reader.next<std::string>();
  status.node_type = effective_type(reader.next<std::string>(), mqtt_enabled);
  status.auto_sync = reader.next<bool>();
  status.desired_version = reader.next<int>();
  status.staged_version = reader.next<int>();
  status.confirmed_version = reader.next<int>();
  status.desired_sha256 = reader.next<std::string>();
  status.staged_sha256 = reader.next<std::string>();
  status.confirmed_sha256 = reader.next<std::string>();
  status.reported_local_sha256 = reader.next<std::string>();
  status.reported_local_version = reader.next<int>();
  status.runtime_status = reader.next<std::string>();
  status.status = domain::apply_status(status.desired_sha256, status.staged_sha256);
  status.topology_valid = topology.valid();
  status.topology_messages = topology.valid() ? topology.warnings : topology.errors;
  return status;
}

domain::NodeConfigState require_state(pg::Connection& connection, const std::string& node_id) {
  auto state = store::find_node_state(connection, node_id);
  if (!state) throw Error(errors::kNodeStateNotFound, "The node has no config state");
  return std::move(*state);
}

std::string staged_text(pg::Connection& connection, const crypto::Sealer& sealer, const domain::NodeConfigState& state) {
  if (state.staged_sha256.empty()) return "";
  return store::find_node_text(connection, sealer, state.node_id, state.staged_sha256).value_or("");
}

}  // namespace

std::vector<SyncStatus> config_sync_status(pg::Connection& connection, const std::string& config_id,
                                           const domain::TopologyReport& topology, bool mqtt_enabled) {
  std::vector<SyncStatus> statuses;
  const auto rows = connection.exec(kSyncStatusOfConfig, pg::params(config_id));
  for (const auto row : rows) statuses.push_back(read_status(row, topology, mqtt_enabled));
  return statuses;
}

SyncStatus node_sync_status(pg::Connection& connection, const domain::Node& node,
                            const domain::TopologyReport& topology, bool mqtt_enabled) {
  const auto rows = connection.exec(kSyncStatusOfNode, pg::params(node.id));
  if (rows.empty()) throw Error(errors::kNodeStateNotFound, "The node has no config state");
  return read_status(rows[0], topology, mqtt_enabled);
}

AppliedConf applied_conf(pg::Connection& connection, const crypto::Sealer& sealer, const domain::Node& node,
                         bool mqtt_enabled) {
  const auto state = require_state(connection, node.id);
  AppliedConf conf;
  conf.content = staged_text(connection, sealer, state);
  conf.exists = !conf.content.empty();
  conf.node_name = node.name;
  conf.node_type = effective_type(node.node_type, mqtt_enabled);
  conf.desired_version = state.desired_version;
  conf.staged_version = state.staged_version;
  return conf;
}

DownloadPackage download_package(pg::Connection& connection, const crypto::Sealer& sealer,
                                 const domain::Config& config, const domain::Node& node) {
  DownloadPackage package;
  package.config_id = config.id;
  package.node_id = node.id;
  package.config_name = config.name;
  package.node_name = node.name;
  package.filename = domain::artifact_stem(config.name, node.name) + ".conf";
  package.content = staged_text(connection, sealer, require_state(connection, node.id));
  package.download_path = "/api/v1/configs/" + config.id + "/nodes/" + node.id + "/download-conf";
  return package;
}

}  // namespace loomgate::projections
