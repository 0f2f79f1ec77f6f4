// SPDX-License-Identifier: Apache-2.0
// The page of one config (spec http-api 4.7, domain 10.2). A constant number of statements, however large the config is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time_codec.h"
#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"
#include "daemon/projections/config_view.h"
#include "daemon/projections/node_view.h"
#include "daemon/projections/runtime_snapshot.h"
#include "daemon/projections/sync_view.h"
#include "daemon/projections/topology_view.h"

namespace loomgate::projections {

struct OverviewStats {
  int total_nodes = 0;
  int dynamic_nodes = 0;  // these two: enabled nodes by their effective type
  int static_nodes = 0;
  int disabled_nodes = 0;
  int online_nodes = 0;
  int peer_links = 0;  // groups, disabled ones too
};

struct NodeCard {
  std::string id;
  std::string name;
  std::string node_type;  // effective
  bool enabled = true;
  std::optional<std::string> virtual_ip, ipv4_address, ipv6_address;
  std::vector<std::string> tags;
  Timestamp created_at{};
  bool online = false;
  int peers_total = 0;
  bool mesh_error = false;
};

struct ConfigOverview {
  ConfigView config;
  OverviewStats stats;
  std::vector<NodeView> nodes;
  std::vector<NodeCard> node_cards;           // enabled nodes
  std::vector<NodeCard> disabled_node_cards;  // the others
  std::vector<RuntimeSnapshotItem> runtime_snapshot;
  std::vector<SyncStatus> sync_status;
  TopologySummary topology;
};

ConfigOverview view_overview(pg::Connection& connection, const crypto::Sealer& sealer, domain::Config config,
                             bool mqtt_enabled);

}  // namespace loomgate::projections

namespace loomgate::json {

template <>
struct Describe<projections::OverviewStats> {
  static const Shape<projections::OverviewStats>& shape();
};
template <>
struct Describe<projections::NodeCard> {
  static const Shape<projections::NodeCard>& shape();
};
template <>
struct Describe<projections::ConfigOverview> {
  static const Shape<projections::ConfigOverview>& shape();
};

}  // namespace loomgate::json
