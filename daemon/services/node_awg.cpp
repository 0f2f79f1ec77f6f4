// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/node_awg.h"

#include <map>
#include <string_view>

#include "daemon/domain/awg_merge.h"
#include "daemon/domain/awg_random.h"
#include "daemon/domain/awg_refusal.h"
#include "daemon/domain/awg_strategy.h"
#include "daemon/domain/awg_validate.h"
#include "daemon/services/config_awg.h"

namespace loomgate::services {
namespace {

// What the request says of each node; nullopt for most. Keyed by the ids of the nodes, so both must outlive it.
using UpdateById = std::map<std::string_view, std::optional<json::View>>;

UpdateById updates_by_node(const std::optional<json::Json>& updates, const std::vector<domain::Node>& nodes) {
  UpdateById by_id;
  for (const auto& node : nodes) by_id.emplace(node.id, std::nullopt);
  if (!updates) return by_id;
  for (const auto& [id, update] : updates->view().members()) {
    const auto found = by_id.find(id);
    if (found == by_id.end()) {
      domain::refuse_awg_parameter("awg_node_updates", "names a node that is not in this config");
    }
    found->second = update;
  }
  return by_id;
}

domain::AwgNode after_config_write(const NodeAwgWrite& write, domain::AwgNode awg, const std::optional<json::View>& update,
                                   domain::Random& random) {
  if (update) awg = domain::merge_awg_node_update(std::move(awg), *update, write.version);
  // First of all: the filling already wants the node to agree with its config, and an option may have been dormant.
  domain::align_random_trailers(write.shared, awg, write.version);
  if (write.fills && !update) {
    awg = domain::fill_awg_node(std::move(awg), write.shared, write.version,
                                domain::stored_strategy(write.shared.options), random);
  }
  awg = domain::checked_awg_node(std::move(awg), write.version);
  domain::check_awg_together(write.shared, awg, write.version);
  return awg;
}

}  // namespace

domain::AwgNode new_node_awg(const AwgNodeWrite& write, const domain::Config& config, domain::Random& random) {
  const auto* version = version_of(config);
  if (version == nullptr) return {};
  auto awg = domain::fill_awg_node(merged(write, {}, *version), config.awg, *version,
                                   domain::stored_strategy(config.awg.options), random);
  domain::check_awg_together(config.awg, awg, *version);
  return awg;
}

domain::AwgNode changed_node_awg(const AwgNodeWrite& write, const domain::AwgNode& stored, const domain::Config& config) {
  const auto* version = version_of(config);
  if (version == nullptr) return {};
  auto awg = domain::checked_awg_node(merged(write, stored, *version), *version);
  domain::check_awg_together(config.awg, awg, *version);
  return awg;
}

std::vector<domain::Node> nodes_with_changed_awg(const NodeAwgWrite& write, const std::vector<domain::Node>& nodes,
                                                 domain::Random& random) {
  const auto updates = updates_by_node(write.updates, nodes);
  std::vector<domain::Node> changed;
  for (const auto& node : nodes) {
    auto awg = after_config_write(write, node.awg, updates.at(node.id), random);
    if (awg == node.awg) continue;
    changed.push_back(node);
    changed.back().awg = std::move(awg);
  }
  return changed;
}

}  // namespace loomgate::services
