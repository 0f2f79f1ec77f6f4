// SPDX-License-Identifier: Apache-2.0
#include "daemon/base/time_codec.h"
#include "daemon/projections/mesh_workspace_view.h"

namespace loomgate::json {

using projections::DirectionCard;
using projections::MeshConnection;
using projections::MeshWorkspace;

const Shape<DirectionCard>& Describe<DirectionCard>::shape() {
  using Card = DirectionCard;
  static const auto shape =
      Shape<Card>("DirectionCard")
          .field("link_id", &Card::link_id)
          .field("local_node_id", &Card::local_node_id)
          .field("peer_node_id", &Card::peer_node_id)
          .field("allowed_ips", &Card::allowed_ips)
          .field("persistent_keepalive", &Card::persistent_keepalive)
          .field("endpoint_mode", &Card::endpoint_mode, literal({"none", "auto", "manual"}))
          .field("endpoint_ref_family", &Card::endpoint_ref_family)
          .field("endpoint_manual_host", &Card::endpoint_manual_host)
          .field("endpoint_port_mode", &Card::endpoint_port_mode, literal({"ref_peer_listen_port", "manual"}))
          .field("endpoint_manual_port", &Card::endpoint_manual_port)
          .field("endpoint_summary", &Card::endpoint_summary)
          .field("keepalive_display", &Card::keepalive_display);
  return shape;
}

const Shape<MeshConnection>& Describe<MeshConnection>::shape() {
  using Connection = MeshConnection;
  static const auto shape =
      Shape<Connection>("MeshConnection")
          .field("link_group_id", &Connection::link_group_id)
          .field("peer_node", &Connection::peer_node)
          .field("enabled", &Connection::enabled)
          .field("has_preshared_key", &Connection::has_preshared_key)
          .field("preshared_key", &Connection::preshared_key, text().nullable().secret())
          .field("notes", &Connection::notes)
          .field("updated_at", &Connection::updated_at)
          .field("forward", &Connection::forward)
          .field("reverse", &Connection::reverse)
          .field("integrity_status", &Connection::integrity_status, literal({"healthy", "broken"}))
          .field("integrity_message", &Connection::integrity_message)
          .field("duplicate_enabled_pair", &Connection::duplicate_enabled_pair)
          .field("duplicate_message", &Connection::duplicate_message)
          .field("readonly", &Connection::readonly)
          .field("peer_disabled", &Connection::peer_disabled);
  return shape;
}

const Shape<MeshWorkspace>& Describe<MeshWorkspace>::shape() {
  static const auto shape = Shape<MeshWorkspace>("MeshWorkspace")
                                .field("node", &MeshWorkspace::node)
                                .field("connections", &MeshWorkspace::connections)
                                .field("readonly", &MeshWorkspace::readonly)
                                .field("validation", &MeshWorkspace::validation);
  return shape;
}

}  // namespace loomgate::json
