// SPDX-License-Identifier: Apache-2.0
// How far a node's text has come: desired, staged, confirmed (spec http-api 4.5, domain 8.3). A constant number of
// statements for a whole config.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "daemon/domain/topology.h"
#include "daemon/json/shape.h"
#include "sql/pg/connection.h"

namespace loomgate::projections {

struct SyncStatus {
  std::string node_id;
  std::string node_name;
  std::string node_type;  // effective
  bool auto_sync = true;
  int desired_version = 0;
  int staged_version = 0;
  int confirmed_version = 0;
  std::string desired_sha256;
  std::string staged_sha256;
  std::string confirmed_sha256;
  std::string reported_local_sha256;
  int reported_local_version = 0;
  std::string status;          // empty, in_sync, staged_outdated, pending
  std::string runtime_status;  // unknown, pending, in_sync, failed
  bool topology_valid = true;
  std::vector<std::string> topology_messages;
};

struct WgPreview {
  std::string node_id;
  std::string node_name;
  std::string content;
  std::string sha256;
};

struct AppliedConf {
  bool exists = false;
  std::string content;
  std::string node_name;
  std::string node_type;  // effective
  std::string source = "server_applied";
  int desired_version = 0;
  int staged_version = 0;
};

struct DownloadPackage {
  std::string config_id;
  std::string node_id;
  std::string config_name;
  std::string node_name;
  std::string filename;
  std::string content;
  std::string download_path;
};

// Enabled nodes in creation order. The report is of this config.
std::vector<SyncStatus> config_sync_status(pg::Connection& connection, const std::string& config_id,
                                           const domain::TopologyReport& topology, bool mqtt_enabled);
// Of an enabled node. The report is of the node's config.
SyncStatus node_sync_status(pg::Connection& connection, const domain::Node& node,
                            const domain::TopologyReport& topology, bool mqtt_enabled);

// The staged text of the node.
AppliedConf applied_conf(pg::Connection& connection, const crypto::Sealer& sealer, const domain::Node& node,
                         bool mqtt_enabled);
DownloadPackage download_package(pg::Connection& connection, const crypto::Sealer& sealer,
                                 const domain::Config& config, const domain::Node& node);

}  // namespace loomgate::projections

namespace loomgate::json {

template <>
struct Describe<projections::SyncStatus> {
  static const Shape<projections::SyncStatus>& shape();
};
template <>
struct Describe<projections::WgPreview> {
  static const Shape<projections::WgPreview>& shape();
};
template <>
struct Describe<projections::AppliedConf> {
  static const Shape<projections::AppliedConf>& shape();
};
template <>
struct Describe<projections::DownloadPackage> {
  static const Shape<projections::DownloadPackage>& shape();
};

}  // namespace loomgate::json
