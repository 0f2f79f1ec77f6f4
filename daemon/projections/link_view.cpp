// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/link_view.h"

#include "daemon/base/time_codec.h"
#include "daemon/domain/endpoints.h"

namespace loomgate::projections {
namespace {

DirectionDraft draft_direction(const domain::Config& config, const domain::Node& local, const domain::Node& peer,
                               const std::string& family) {
  domain::EndpointChoice choice;
  choice.ref_family = family;
  const domain::EndpointPeer target{peer.name, domain::public_entry(peer)};
  const int port = config.default_listen_port;

  DirectionDraft draft;
  draft.local_node_id = local.id;
  draft.peer_node_id = peer.id;
  draft.allowed_ips = peer.virtual_ip.value_or("");
  draft.persistent_keepalive = domain::stored_keepalive(choice, target.entry, port, domain::kDefaultKeepalive);
  draft.endpoint_ref_family = family;
  draft.endpoint_summary = domain::endpoint_summary(&choice, target, port);
  draft.keepalive_display = domain::keepalive_display(choice, target.entry, port, draft.persistent_keepalive);
  return draft;
}

}  // namespace

PeerLinkDraft draft_link(const domain::Config& config, NodeView local, NodeView peer, const std::string& family) {
  PeerLinkDraft draft;
  draft.endpoint_ref_family = family;
  draft.forward = draft_direction(config, local.node, peer.node, family);
  draft.reverse = draft_direction(config, peer.node, local.node, family);
  draft.warnings = domain::draft_warnings(local.node, peer.node, family);
  draft.local_node = std::move(local);
  draft.peer_node = std::move(peer);
  return draft;
}

}  // namespace loomgate::projections

namespace loomgate::json {

using domain::PeerLink;
using projections::DirectionDraft;
using projections::PeerLinkDraft;

const Shape<PeerLink>& Describe<PeerLink>::shape() {
  static const auto shape =
      Shape<PeerLink>("PeerLink")
          .field("id", &PeerLink::id)
          .field("config_id", &PeerLink::config_id)
          .field("local_node_id", &PeerLink::local_node_id)
          .field("peer_node_id", &PeerLink::peer_node_id)
          .field("link_group_id", &PeerLink::link_group_id)
          .field("direction", &PeerLink::direction, literal({"forward", "reverse"}))
          .field("enabled", &PeerLink::enabled)
          .field("allowed_ips", &PeerLink::allowed_ips)
          .field("persistent_keepalive", &PeerLink::persistent_keepalive)
          .field("preshared_key", &PeerLink::preshared_key, text().nullable().secret())
          .field("endpoint_mode", &PeerLink::endpoint_mode, literal({"none", "auto", "manual"}))
          .field("endpoint_ref_family", &PeerLink::endpoint_ref_family)
          .field("endpoint_manual_host", &PeerLink::endpoint_manual_host)
          .field("endpoint_port_mode", &PeerLink::endpoint_port_mode, literal({"ref_peer_listen_port", "manual"}))
          .field("endpoint_manual_port", &PeerLink::endpoint_manual_port)
          .field("notes", &PeerLink::notes)
          .field("created_at", &PeerLink::created_at)
          .field("updated_at", &PeerLink::updated_at);
  return shape;
}

const Shape<DirectionDraft>& Describe<DirectionDraft>::shape() {
  static const auto shape = Shape<DirectionDraft>("DirectionDraft")
                                .field("local_node_id", &DirectionDraft::local_node_id)
                                .field("peer_node_id", &DirectionDraft::peer_node_id)
                                .field("allowed_ips", &DirectionDraft::allowed_ips)
                                .field("persistent_keepalive", &DirectionDraft::persistent_keepalive)
                                .field("endpoint_mode", &DirectionDraft::endpoint_mode)
                                .field("endpoint_ref_family", &DirectionDraft::endpoint_ref_family)
                                .field("endpoint_manual_host", &DirectionDraft::endpoint_manual_host)
                                .field("endpoint_port_mode", &DirectionDraft::endpoint_port_mode)
                                .field("endpoint_manual_port", &DirectionDraft::endpoint_manual_port)
                                .field("endpoint_summary", &DirectionDraft::endpoint_summary)
                                .field("keepalive_display", &DirectionDraft::keepalive_display);
  return shape;
}

const Shape<PeerLinkDraft>& Describe<PeerLinkDraft>::shape() {
  static const auto shape = Shape<PeerLinkDraft>("PeerLinkDraft")
                                .field("local_node", &PeerLinkDraft::local_node)
                                .field("peer_node", &PeerLinkDraft::peer_node)
                                .field("endpoint_ref_family", &PeerLinkDraft::endpoint_ref_family)
                                .field("forward", &PeerLinkDraft::forward)
                                .field("reverse", &PeerLinkDraft::reverse)
                                .field("warnings", &PeerLinkDraft::warnings);
  return shape;
}

}  // namespace loomgate::json
