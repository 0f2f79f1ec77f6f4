// SPDX-License-Identifier: Apache-2.0
// Use cases of link groups and of the mesh they make (spec domain 4, http-api 6.5). A group is always written whole: both
// directions or nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/projections/link_view.h"
#include "daemon/projections/mesh_workspace_view.h"
#include "daemon/projections/topology_view.h"
#include "daemon/services/link_write.h"
#include "daemon/services/mesh_deps.h"
#include "daemon/services/quick_mesh.h"

namespace loomgate::services {

class LinkService {
 public:
  explicit LinkService(MeshDeps deps) : deps_(deps) {}

  std::vector<domain::PeerLink> list(std::string_view config_id) const;
  // The two directions, forward first. CONFIG_NOT_FOUND, NODE_NOT_FOUND, NODE_CONFIG_MISMATCH, NODE_DISABLED (400),
  // INVALID_PEER_LINK, INVALID_ENDPOINT, INVALID_ALLOWED_IPS, in this order.
  std::vector<domain::PeerLink> create(const domain::Actor& actor, std::string_view config_id,
                                       const LinkGroupWrite& write) const;
  // Directions are matched by their nodes, so either end may be the caller's "forward". PEER_LINK_NOT_FOUND,
  // INVALID_PEER_LINK, INVALID_ENDPOINT, INVALID_ALLOWED_IPS.
  std::vector<domain::PeerLink> update(const domain::Actor& actor, std::string_view group_id,
                                       const LinkGroupWrite& write) const;
  void remove(const domain::Actor& actor, std::string_view group_id) const;
  // CONFIG_NOT_FOUND, NODE_NOT_FOUND, NODE_CONFIG_MISMATCH, NODE_DISABLED (400), INVALID_PEER_LINK.
  projections::PeerLinkDraft draft(std::string_view config_id, std::string_view node_id,
                                   const LinkDraftQuestion& question) const;
  // Also of a disabled node. CONFIG_NOT_FOUND, NODE_NOT_FOUND, NODE_CONFIG_MISMATCH.
  projections::MeshWorkspace workspace(std::string_view config_id, std::string_view node_id) const;
  projections::MeshValidation validate(std::string_view config_id) const;
  // Every link of the config is replaced. CONFIG_NOT_FOUND and the codes of spec domain 5, in its order.
  QuickMeshResult quick_generate(const domain::Actor& actor, std::string_view config_id,
                                 const QuickMeshWrite& write) const;

 private:
  MeshDeps deps_;
};

}  // namespace loomgate::services
