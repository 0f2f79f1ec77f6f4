// SPDX-License-Identifier: Apache-2.0
// The AmneziaWG values of nodes when a node or its config is written (spec http-api 6.2, 6.3, 8.3; domain 2.4, 2.7, 6.10).
// Pure but for the random values. Errors: INVALID_AWG_*.
#pragma once

#include <optional>
#include <vector>

#include "daemon/domain/awg_version.h"
#include "daemon/domain/entities.h"
#include "daemon/domain/random.h"
#include "daemon/services/awg_write.h"

namespace loomgate::services {

// Of a new node: what was sent wins, the rest is drawn by the strategy that its config stores. Nothing under WireGuard.
domain::AwgNode new_node_awg(const AwgNodeWrite& write, const domain::Config& config, domain::Random& random);
// After a write of the node: merged and checked, never filled. Nothing under WireGuard.
domain::AwgNode changed_node_awg(const AwgNodeWrite& write, const domain::AwgNode& stored, const domain::Config& config);

// What a write of an AmneziaWG config means for its nodes.
struct NodeAwgWrite {
  const domain::AwgShared& shared;  // as it will be stored
  const domain::AwgVersion& version;
  bool fills = false;                // protocol or version changed: nodes that the request does not name get what they miss
  std::optional<json::Json> updates;  // awg_node_updates: node id to object
};
// Every node of the config goes in, disabled ones too; those whose values change come out. Everything is checked, so
// nothing may be written before this returns.
std::vector<domain::Node> nodes_with_changed_awg(const NodeAwgWrite& write, const std::vector<domain::Node>& nodes,
                                                 domain::Random& random);

}  // namespace loomgate::services
