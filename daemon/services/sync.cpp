// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/sync.h"

#include "daemon/base/error_codes.h"
#include "daemon/projections/render.h"
#include "daemon/projections/topology_view.h"
#include "daemon/services/lookups.h"
#include "daemon/services/refresh.h"
#include "daemon/store/audit.h"
#include "daemon/store/commands.h"
#include "daemon/store/nodes.h"
#include "plugin/base/digest.h"

namespace loomgate::services {
namespace {

struct NodeOfConfig {
  domain::Config config;
  domain::Node node;
};

NodeOfConfig read_enabled_node(pg::Connection& connection, std::string_view config_id, std::string_view node_id,
                               const crypto::Sealer* sealer = nullptr) {
  auto config = require_config(connection, config_id);
  auto node = require_enabled_node_of(connection, config, node_id, sealer);
  return {std::move(config), std::move(node)};
}

domain::TopologyReport require_valid_topology(pg::Connection& connection, const domain::Config& config) {
  auto topology = projections::topology_report(connection, config);
  if (topology.valid()) return topology;
  throw Error(errors::kTopologyInvalid, "The mesh has errors; repair it before syncing",
              json::Json::object({{"messages", json::Json(topology.errors)}}));
}

// Stages the texts, then everything that follows from it, whether or not a text is new: a device that has not confirmed
// what is staged gets it pushed.
void stage(pg::Transaction& transaction, const MeshDeps& deps, std::string_view config_id,
           const std::vector<store::NodeText>& texts) {
  std::vector<std::string> node_ids;
  for (const auto& text : texts) node_ids.push_back(text.node_id);
  store::lock_runtime(transaction, config_id, node_ids);
  store::set_staged(transaction, deps.sealer, texts);
  store::refresh_sync_states(transaction, node_ids);
  if (deps.mqtt_enabled && !node_ids.empty()) store::enqueue_pushes(transaction, node_ids, "manual-sync");
  store::collect_texts(transaction, node_ids);
  announce_staged(transaction, config_id, node_ids);
}

}  // namespace

std::vector<projections::SyncStatus> SyncService::config_status(std::string_view config_id) const {
  auto connection = deps_.pool.acquire();
  const auto config = require_config(*connection, config_id);
  return projections::config_sync_status(*connection, config.id, projections::topology_report(*connection, config),
                                         deps_.mqtt_enabled);
}

projections::SyncStatus SyncService::node_status(std::string_view config_id, std::string_view node_id) const {
  auto connection = deps_.pool.acquire();
  const auto [config, node] = read_enabled_node(*connection, config_id, node_id);
  return projections::node_sync_status(*connection, node, projections::topology_report(*connection, config),
                                       deps_.mqtt_enabled);
}

projections::WgPreview SyncService::preview(std::string_view config_id, std::string_view node_id) const {
  auto connection = deps_.pool.acquire();
  const auto [config, node] = read_enabled_node(*connection, config_id, node_id, &deps_.sealer);
  auto text = std::move(projections::render_texts(*connection, deps_.sealer, config, {node}).front());
  return {node.id, node.name, std::move(text.text), std::move(text.sha256)};
}

projections::AppliedConf SyncService::applied(std::string_view config_id, std::string_view node_id) const {
  auto connection = deps_.pool.acquire();
  const auto found = read_enabled_node(*connection, config_id, node_id);
  return projections::applied_conf(*connection, deps_.sealer, found.node, deps_.mqtt_enabled);
}

projections::DownloadPackage SyncService::package(std::string_view config_id, std::string_view node_id) const {
  auto connection = deps_.pool.acquire();
  const auto [config, node] = read_enabled_node(*connection, config_id, node_id);
  return projections::download_package(*connection, deps_.sealer, config, node);
}

projections::DownloadPackage SyncService::staged_package(std::string_view config_id, std::string_view node_id) const {
  auto found = package(config_id, node_id);
  if (found.content.empty()) throw Error(errors::kNoStagedConfig, "Nothing is staged for this node");
  return found;
}

projections::SyncStatus SyncService::save_applied(const domain::Actor& actor, std::string_view config_id,
                                                  std::string_view node_id, const AppliedConfWrite& write) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = require_locked_config(transaction, config_id);
    const auto node = require_enabled_node_of(transaction.connection(), config, node_id);
    const auto hash = write.content.empty() ? "" : sha256_hex(write.content);
    stage(transaction, deps_, config.id, {{node.id, hash, write.content}});
    store::add_audit(transaction, actor, {"node.save_conf", config.id, node.id, node.name, "Config text edited by hand"});
    return projections::node_sync_status(transaction.connection(), node,
                                         projections::topology_report(transaction.connection(), config),
                                         deps_.mqtt_enabled);
  });
}

NodeSynced SyncService::sync_node(const domain::Actor& actor, std::string_view config_id,
                                  std::string_view node_id) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    auto& connection = transaction.connection();
    const auto config = require_locked_config(transaction, config_id);
    const auto node = require_enabled_node_of(connection, config, node_id, &deps_.sealer);
    const auto topology = require_valid_topology(connection, config);
    stage(transaction, deps_, config.id, projections::render_texts(connection, deps_.sealer, config, {node}));
    store::add_audit(transaction, actor, {"node.sync", config.id, node.id, node.name, "Node config synced"});
    NodeSynced synced;
    synced.sync_status = projections::node_sync_status(connection, node, topology, deps_.mqtt_enabled);
    synced.staged_version = synced.sync_status.staged_version;
    synced.staged_sha256 = synced.sync_status.staged_sha256;
    return synced;
  });
}

ConfigSynced SyncService::sync_all(const domain::Actor& actor, std::string_view config_id) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    auto& connection = transaction.connection();
    const auto config = require_locked_config(transaction, config_id);
    require_valid_topology(connection, config);
    auto nodes = store::nodes_of_config(connection, config.id, &deps_.sealer);
    std::erase_if(nodes, [](const domain::Node& node) { return !node.enabled; });
    stage(transaction, deps_, config.id, projections::render_texts(connection, deps_.sealer, config, nodes));
    store::add_audit(transaction, actor, {"config.sync", config.id, "", config.name, "All node configs synced"});
    ConfigSynced synced;
    for (const auto& node : nodes) synced.synced.push_back(node.id);
    synced.synced_count = static_cast<int>(synced.synced.size());
    return synced;
  });
}

}  // namespace loomgate::services
