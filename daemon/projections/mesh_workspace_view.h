// SPDX-License-Identifier: Apache-2.0
// The links of one node as its page shows them (spec http-api 4.4, domain 10.6). A constant number of statements, however many
// links. Holds nodes with their keys: never log it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"
#include "daemon/projections/node_view.h"
#include "daemon/projections/topology_view.h"
#include "sql/pg/connection.h"

namespace loomgate::projections {

struct DirectionCard {
  std::string link_id;
  std::string local_node_id;
  std::string peer_node_id;
  std::string allowed_ips;
  std::optional<int> persistent_keepalive;
  std::string endpoint_mode;
  std::optional<std::string> endpoint_ref_family;
  std::optional<std::string> endpoint_manual_host;
  std::string endpoint_port_mode;
  std::optional<int> endpoint_manual_port;
  std::string endpoint_summary;
  std::string keepalive_display;
};

struct MeshConnection {
  std::string link_group_id;
  NodeView peer_node;
  bool enabled = true;
  bool has_preshared_key = false;
  std::optional<std::string> preshared_key;
  std::string notes;
  Timestamp updated_at{};  // the later of the two directions
  DirectionCard forward;   // from the viewed node, whatever the stored direction is called
  std::optional<DirectionCard> reverse;
  std::string integrity_status;  // healthy, broken
  std::string integrity_message;
  bool duplicate_enabled_pair = false;
  std::string duplicate_message;
  bool readonly = false;  // the viewed node is disabled
  bool peer_disabled = false;
};

struct MeshWorkspace {
  NodeView node;
  std::vector<MeshConnection> connections;  // oldest first
  bool readonly = false;
  MeshValidation validation;
};

// `node` is a node of the config with its private key opened.
MeshWorkspace view_mesh_workspace(pg::Connection& connection, const crypto::Sealer& sealer,
                                  const domain::Config& config, domain::Node node, bool mqtt_enabled);

}  // namespace loomgate::projections

namespace loomgate::json {

template <>
struct Describe<projections::DirectionCard> {
  static const Shape<projections::DirectionCard>& shape();
};
template <>
struct Describe<projections::MeshConnection> {
  static const Shape<projections::MeshConnection>& shape();
};
template <>
struct Describe<projections::MeshWorkspace> {
  static const Shape<projections::MeshWorkspace>& shape();
};

}  // namespace loomgate::json
