// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/node_awg.h"

#include <set>
#include <string_view>

#include "daemon/domain/awg_merge.h"
#include "daemon/domain/awg_random.h"
#include "daemon/domain/awg_refusal.h"
#include "daemon/domain/awg_strategy.h"
#include "daemon/domain/awg_validate.h"
#include "daemon/services/config_awg.h"

namespace loomgate::services {
namespace {

void require_own_nodes(json::View updates, const std::vector<domain::Node>& nodes) {
  std::set<std::string_view> ids;
  for (const auto& node : nodes) ids.insert(node.id);
  for (const auto& [id, update] : updates.members()) {
    if (!ids.contains(id)) domain::refuse_awg_parameter("awg_node_updates", "names a node that is not in this config");
  }
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

std::vector<domain::Node> nodes_with_changed_awg(const NodeAwgWrite& write, std::vector<domain::Node> nodes,
                                                 domain::Random& random) {
  if (write.updates) require_own_nodes(write.updates->view(), nodes);
  std::vector<domain::Node> changed;
  for (auto& node : nodes) {
    const auto update = write.updates ? write.updates->view().find(node.id) : std::nullopt;
    auto awg = after_config_write(write, node.awg, update, random);
    if (awg == node.awg) continue;
    node.awg = std::move(awg);
    changed.push_back(std::move(node));
  }
  return changed;
}

}  // namespace loomgate::services
