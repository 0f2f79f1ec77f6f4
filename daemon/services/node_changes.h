// SPDX-License-Identifier: Apache-2.0
// What an update of a node means for its links (spec domain 2.7). Pure.
#pragma once

#include <string>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/projections/change_hint.h"

namespace loomgate::services {

struct NodeChangeEffects {
  std::vector<projections::ChangeHint> hints;
  // Directions toward the node that would keep a connection alive which they can no longer open.
  std::vector<std::string> cleared_keepalive_link_ids;
};

// `links` are all directions that start or end at the node, enabled or not.
NodeChangeEffects effects_of_node_change(const domain::Config& config, const domain::Node& before,
                                         const domain::Node& after, const std::vector<domain::PeerLink>& links);

}  // namespace loomgate::services
