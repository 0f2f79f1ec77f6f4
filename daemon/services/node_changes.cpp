// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/node_changes.h"

#include <set>

#include "daemon/domain/endpoints.h"

namespace loomgate::services {
namespace {

bool same_entry(const domain::Node& left, const domain::Node& right) {
  return left.ipv4_address == right.ipv4_address && left.ipv6_address == right.ipv6_address &&
         left.listen_port == right.listen_port;
}

void add_endpoint_effects(const domain::Config& config, const domain::Node& after,
                          const std::vector<domain::PeerLink>& links, NodeChangeEffects& effects) {
  std::set<std::string> owners;
  for (const auto& link : links) {
    if (link.peer_node_id != after.id || link.endpoint_mode != "auto") continue;
    owners.insert(link.local_node_id);
    const bool resolves = domain::has_endpoint(domain::endpoint_choice(link), domain::public_entry(after),
                                               config.default_listen_port);
    if (link.persistent_keepalive && !resolves) effects.cleared_keepalive_link_ids.push_back(link.id);
  }
  if (owners.empty()) return;
  effects.hints.push_back({"NODE_ENDPOINTS_RECALCULATED", "info", static_cast<int>(owners.size()),
                           static_cast<int>(effects.cleared_keepalive_link_ids.size())});
}

}  // namespace

NodeChangeEffects effects_of_node_change(const domain::Config& config, const domain::Node& before,
                                         const domain::Node& after, const std::vector<domain::PeerLink>& links) {
  NodeChangeEffects effects;
  if (!same_entry(before, after)) add_endpoint_effects(config, after, links, effects);
  if (before.virtual_ip != after.virtual_ip && !links.empty()) {
    std::set<std::string> groups;
    for (const auto& link : links) groups.insert(link.link_group_id);
    effects.hints.push_back({"VIRTUAL_IP_CHANGED_REVIEW_ALLOWED_IPS", "warning", static_cast<int>(groups.size()), {}});
  }
  return effects;
}

}  // namespace loomgate::services
