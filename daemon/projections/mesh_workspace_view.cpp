// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/mesh_workspace_view.h"

#include <algorithm>
#include <unordered_map>

#include "daemon/domain/endpoints.h"
#include "daemon/store/links.h"
#include "daemon/store/nodes.h"

namespace loomgate::projections {
namespace {

// The two rows of a group, seen from the viewed node. Views into the loaded links.
struct Directions {
  const domain::PeerLink* outward = nullptr;
  const domain::PeerLink* inward = nullptr;
};

DirectionCard card_of(const domain::PeerLink& link, const domain::Node& target, int default_listen_port) {
  const auto choice = domain::endpoint_choice(link);
  const domain::EndpointPeer peer{target.name, domain::public_entry(target)};
  return {.link_id = link.id,
          .local_node_id = link.local_node_id,
          .peer_node_id = link.peer_node_id,
          .allowed_ips = link.allowed_ips,
          .persistent_keepalive = link.persistent_keepalive,
          .endpoint_mode = link.endpoint_mode,
          .endpoint_ref_family = link.endpoint_ref_family,
          .endpoint_manual_host = link.endpoint_manual_host,
          .endpoint_port_mode = link.endpoint_port_mode,
          .endpoint_manual_port = link.endpoint_manual_port,
          .endpoint_summary = domain::endpoint_summary(&choice, peer, default_listen_port),
          .keepalive_display =
              domain::keepalive_display(choice, peer.entry, default_listen_port, link.persistent_keepalive)};
}

std::optional<domain::TopologyLink> topology_link(const domain::PeerLink* link) {
  if (link == nullptr) return std::nullopt;
  return domain::TopologyLink{link->local_node_id, link->peer_node_id, domain::endpoint_choice(*link)};
}

domain::TopologyNode topology_node(const domain::Node& node) {
  return {node.id, node.name, node.enabled, domain::public_entry(node)};
}

domain::Integrity integrity_of(const Directions& rows, const domain::Node& node, const domain::Node& peer,
                               int default_listen_port) {
  const domain::TopologyGroup group{rows.outward->link_group_id, rows.outward->enabled, topology_link(rows.outward),
                                    topology_link(rows.inward)};
  return domain::link_integrity(group, topology_node(node), topology_node(peer), default_listen_port);
}

MeshConnection connection_of(const Directions& rows, const domain::Config& config, const domain::Node& node,
                             NodeView peer, const domain::TopologyReport& report) {
  const auto& outward = *rows.outward;
  const int port = config.default_listen_port;
  const auto integrity = integrity_of(rows, node, peer.node, port);
  const auto duplicate = report.duplicate_messages.find(outward.link_group_id);
  MeshConnection connection;
  connection.link_group_id = outward.link_group_id;
  connection.enabled = outward.enabled;
  connection.has_preshared_key = outward.preshared_key.has_value();
  connection.preshared_key = outward.preshared_key;
  connection.notes = outward.notes;
  connection.updated_at = rows.inward ? std::max(outward.updated_at, rows.inward->updated_at) : outward.updated_at;
  connection.forward = card_of(outward, peer.node, port);
  if (rows.inward != nullptr) connection.reverse = card_of(*rows.inward, node, port);
  connection.integrity_status = integrity.status();
  connection.integrity_message = integrity.message;
  connection.duplicate_enabled_pair = duplicate != report.duplicate_messages.end();
  if (connection.duplicate_enabled_pair) connection.duplicate_message = duplicate->second;
  connection.readonly = !node.enabled;
  connection.peer_disabled = !peer.node.enabled;
  connection.peer_node = std::move(peer);
  return connection;
}

// By the age of the row that starts at the node.
std::vector<Directions> pair_up(const std::vector<domain::PeerLink>& links, const std::string& node_id) {
  std::vector<Directions> pairs;
  std::unordered_map<std::string_view, std::size_t> place;
  for (const auto& link : links) {
    if (link.local_node_id != node_id) continue;
    place.emplace(link.link_group_id, pairs.size());
    pairs.push_back({&link, nullptr});
  }
  for (const auto& link : links) {
    const auto found = place.find(link.link_group_id);
    if (link.peer_node_id == node_id && found != place.end()) pairs[found->second].inward = &link;
  }
  return pairs;
}

std::unordered_map<std::string, NodeView> peer_views(pg::Connection& connection, const crypto::Sealer& sealer,
                                                     const std::vector<Directions>& pairs, bool mqtt_enabled) {
  std::vector<std::string> ids;
  for (const auto& pair : pairs) ids.push_back(pair.outward->peer_node_id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::unordered_map<std::string, NodeView> views;
  for (auto& view : view_nodes(connection, store::nodes_by_id(connection, ids, &sealer), mqtt_enabled)) {
    auto id = view.node.id;
    views.emplace(std::move(id), std::move(view));
  }
  return views;
}

}  // namespace

MeshWorkspace view_mesh_workspace(pg::Connection& connection, const crypto::Sealer& sealer,
                                  const domain::Config& config, domain::Node node, bool mqtt_enabled) {
  const auto report = topology_report(connection, config);
  const auto links = store::links_of_node(connection, node.id, &sealer);
  const auto pairs = pair_up(links, node.id);
  const auto peers = peer_views(connection, sealer, pairs, mqtt_enabled);

  MeshWorkspace workspace;
  for (const auto& pair : pairs) {
    const auto peer = peers.find(pair.outward->peer_node_id);
    if (peer == peers.end()) continue;
    workspace.connections.push_back(connection_of(pair, config, node, peer->second, report));
  }
  workspace.readonly = !node.enabled;
  workspace.validation = view_validation(report);
  workspace.node = view_node(connection, std::move(node), mqtt_enabled);
  return workspace;
}

}  // namespace loomgate::projections
