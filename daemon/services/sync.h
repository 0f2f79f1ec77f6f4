// SPDX-License-Identifier: Apache-2.0
// Use cases of the three layers of a node's text: preview, staging by hand, download (spec domain 8.3, 8.4; http-api 6.6).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/projections/sync_view.h"
#include "daemon/services/mesh_deps.h"

namespace loomgate::services {

struct NodeSynced {
  std::string message = "Node config synced";
  int staged_version = 0;
  std::string staged_sha256;
  projections::SyncStatus sync_status;
};

struct ConfigSynced {
  std::string message = "All node configs synced";
  int synced_count = 0;
  int failed_count = 0;
  std::vector<std::string> synced;  // node ids in creation order
  std::vector<std::string> failed;
};

struct AppliedConfWrite {
  std::string content;  // stored verbatim; empty means that nothing is staged
};

// Every use case of one node: CONFIG_NOT_FOUND, NODE_NOT_FOUND, NODE_CONFIG_MISMATCH, NODE_DISABLED (409), in this order.
class SyncService {
 public:
  explicit SyncService(MeshDeps deps) : deps_(deps) {}

  std::vector<projections::SyncStatus> config_status(std::string_view config_id) const;
  projections::SyncStatus node_status(std::string_view config_id, std::string_view node_id) const;
  // Rendered now, not the staged text.
  projections::WgPreview preview(std::string_view config_id, std::string_view node_id) const;
  projections::AppliedConf applied(std::string_view config_id, std::string_view node_id) const;
  projections::DownloadPackage package(std::string_view config_id, std::string_view node_id) const;

  // Then NO_STAGED_CONFIG: there is something to download, or there is an error.
  projections::DownloadPackage staged_package(std::string_view config_id, std::string_view node_id) const;

  projections::SyncStatus save_applied(const domain::Actor& actor, std::string_view config_id, std::string_view node_id,
                                       const AppliedConfWrite& write) const;
  // TOPOLOGY_INVALID with the messages as detail.
  NodeSynced sync_node(const domain::Actor& actor, std::string_view config_id, std::string_view node_id) const;
  ConfigSynced sync_all(const domain::Actor& actor, std::string_view config_id) const;

 private:
  MeshDeps deps_;
};

}  // namespace loomgate::services

namespace loomgate::json {

template <>
struct Describe<services::NodeSynced> {
  static const Shape<services::NodeSynced>& shape();
};
template <>
struct Describe<services::ConfigSynced> {
  static const Shape<services::ConfigSynced>& shape();
};
template <>
struct Describe<services::AppliedConfWrite> {
  static const Shape<services::AppliedConfWrite>& shape();
};

}  // namespace loomgate::json
