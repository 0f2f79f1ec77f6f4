// SPDX-License-Identifier: Apache-2.0
// What can be downloaded in bulk (spec downloads 5, http-api 6.9).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/crypto/sealer.h"
#include "daemon/json/shape.h"
#include "sql/pg/connection.h"

namespace loomgate::projections {

struct BulkConfig {
  std::string id;
  std::string name;
  bool enabled = true;
  int node_count = 0;
  int dynamic_node_count = 0;
  int disabled_node_count = 0;
};

struct BulkNode {
  std::string id;
  std::string name;
  std::string node_type;
  std::optional<std::string> virtual_ip;
  bool auto_sync = true;
  bool can_download = false;  // something is staged
  int staged_version = 0;
  std::string staged_sha256;
  std::string sync_status;  // as SyncStatus.status
};

struct BulkOptions {
  std::vector<BulkConfig> configs;
  std::vector<BulkNode> nodes;  // enabled ones of one config, in creation order
};

std::vector<BulkConfig> bulk_configs(pg::Connection& connection, bool mqtt_enabled);
std::vector<BulkNode> bulk_nodes(pg::Connection& connection, std::string_view config_id, bool mqtt_enabled);

// A node with its staged text, for a package.
struct StagedNode {
  std::string id;
  std::string config_id;
  std::string name;
  bool enabled = true;
  int staged_version = 0;
  std::string staged_sha256;
  std::string text;  // empty: nothing is staged
};

// In no order; unknown ids are missing. One statement.
std::vector<StagedNode> staged_nodes(pg::Connection& connection, const crypto::Sealer& sealer,
                                     const std::vector<std::string>& node_ids);

}  // namespace loomgate::projections

namespace loomgate::json {

template <>
struct Describe<projections::BulkConfig> {
  static const Shape<projections::BulkConfig>& shape();
};
template <>
struct Describe<projections::BulkNode> {
  static const Shape<projections::BulkNode>& shape();
};
template <>
struct Describe<projections::BulkOptions> {
  static const Shape<projections::BulkOptions>& shape();
};

}  // namespace loomgate::json
