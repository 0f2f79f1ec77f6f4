// SPDX-License-Identifier: Apache-2.0
// After a write: render the nodes it affects, store what changed, stage what may be staged, tell devices and browsers (spec
// domain 8.2). All of it in the write's own transaction, so what a client reads next is true. A constant number of
// statements; only rows that change are written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/services/mesh_deps.h"
#include "sql/pg/transaction.h"

namespace loomgate::services {

struct RefreshScope {
  std::vector<std::string> affected;   // nodes whose text may have changed
  std::vector<std::string> announced;  // nodes that a browser should read again, besides those
  // True when links and enabled states are as they were: then every node has the peers it had, and a large mesh is not
  // counted again.
  bool same_mesh = false;
};

// The caller holds the config's row. Staging needs a valid topology and takes every auto-sync node whose desired text is not
// staged: also those that an invalid topology had held back.
void refresh(pg::Transaction& transaction, const MeshDeps& deps, const domain::Config& config, RefreshScope scope);

// What browsers should read again after something of these nodes was staged by hand.
void announce_staged(pg::Transaction& transaction, std::string_view config_id, const std::vector<std::string>& node_ids);

// Both ends of these links, and the node itself: sorted, each once.
std::vector<std::string> node_and_neighbours(const std::string& node_id, const std::vector<domain::PeerLink>& links);

}  // namespace loomgate::services
