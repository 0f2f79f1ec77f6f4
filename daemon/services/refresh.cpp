// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/refresh.h"

#include <algorithm>
#include <unordered_map>

#include "daemon/projections/render.h"
#include "daemon/store/changes.h"
#include "daemon/store/commands.h"
#include "daemon/store/node_state.h"
#include "daemon/store/nodes.h"
#include "daemon/store/topology.h"

namespace loomgate::services {
namespace {

void sort_unique(std::vector<std::string>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

std::vector<std::string> joined(std::vector<std::string> ids, const std::vector<std::string>& more) {
  ids.insert(ids.end(), more.begin(), more.end());
  sort_unique(ids);
  return ids;
}

// Texts that differ from the stored desired hash.
std::vector<store::NodeText> changed_texts(pg::Transaction& transaction, const MeshDeps& deps,
                                           const domain::Config& config, const std::vector<std::string>& node_ids) {
  auto nodes = store::nodes_by_id(transaction.connection(), node_ids, &deps.sealer);
  std::erase_if(nodes, [](const domain::Node& node) { return !node.enabled; });
  auto texts = projections::render_texts(transaction.connection(), deps.sealer, config, nodes);
  std::unordered_map<std::string, std::string> desired;
  for (auto& state : store::node_states(transaction.connection(), node_ids)) {
    desired.emplace(std::move(state.node_id), std::move(state.desired_sha256));
  }
  std::erase_if(texts, [&](const store::NodeText& text) { return desired[text.node_id] == text.sha256; });
  return texts;
}

void add_node_changes(std::vector<store::Change>& changes, const char* type, std::string_view config_id,
                      const std::vector<std::string>& node_ids) {
  for (const auto& node_id : node_ids) changes.push_back({type, std::string(config_id), node_id, ""});
}

// EV-CONFIG of spec http-api 9.5, in the order of domain 10.8.
void announce_config(pg::Transaction& transaction, const std::string& config_id,
                     const std::vector<std::string>& node_ids) {
  std::vector<store::Change> changes{
      {"system.status", "", "", ""}, {"config.list", config_id, "", ""}, {"config.overview", config_id, "", ""}};
  for (const char* type : {"node.workspace", "node.apply", "mesh.workspace"}) {
    add_node_changes(changes, type, config_id, node_ids);
  }
  store::add_changes(transaction, changes);
}

}  // namespace

void refresh(pg::Transaction& transaction, const MeshDeps& deps, const domain::Config& config, RefreshScope scope) {
  sort_unique(scope.affected);
  store::lock_runtime(transaction, config.id, scope.affected);
  if (!scope.affected.empty()) {
    store::set_desired(transaction, deps.sealer, changed_texts(transaction, deps, config, scope.affected));
  }
  std::vector<std::string> staged;
  if (store::topology_is_valid(transaction, config.id)) {
    staged = store::stage_desired(transaction, config.id);
  }
  const auto touched = joined(scope.affected, staged);
  if (!scope.same_mesh) store::refresh_peer_counts(transaction, touched, deps.mqtt_enabled);
  store::refresh_sync_states(transaction, touched);
  if (deps.mqtt_enabled && !staged.empty()) store::enqueue_pushes(transaction, staged, "auto-sync");
  store::collect_texts(transaction, touched);
  announce_config(transaction, config.id, joined(touched, scope.announced));
}

void announce_staged(pg::Transaction& transaction, std::string_view config_id, const std::vector<std::string>& node_ids) {
  std::vector<store::Change> changes;
  add_node_changes(changes, "node.apply", config_id, node_ids);
  add_node_changes(changes, "node.workspace", config_id, node_ids);
  changes.push_back({"config.overview", std::string(config_id), "", ""});
  changes.push_back({"system.status", "", "", ""});
  store::add_changes(transaction, changes);
}

std::vector<std::string> node_and_neighbours(const std::string& node_id, const std::vector<domain::PeerLink>& links) {
  std::vector<std::string> ids{node_id};
  for (const auto& link : links) {
    ids.push_back(link.local_node_id);
    ids.push_back(link.peer_node_id);
  }
  sort_unique(ids);
  return ids;
}

}  // namespace loomgate::services
