// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/render.h"

#include <algorithm>
#include <unordered_map>

#include "daemon/domain/tunnel_text.h"
#include "daemon/projections/managed_hooks.h"
#include "daemon/store/header_key.h"
#include "daemon/store/links.h"
#include "daemon/store/nodes.h"
#include "plugin/base/digest.h"

namespace loomgate::projections {
namespace {

std::vector<std::string> peer_ids(const std::vector<domain::PeerLink>& links) {
  std::vector<std::string> ids;
  for (const auto& link : links) ids.push_back(link.peer_node_id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

std::vector<store::NodeText> render_texts(pg::Connection& connection, const crypto::Sealer& sealer,
                                          const domain::Config& config, const std::vector<domain::Node>& nodes) {
  if (nodes.empty()) return {};
  std::vector<std::string> ids;
  for (const auto& node : nodes) ids.push_back(node.id);
  const auto links = store::rendered_links(connection, ids, sealer);
  const auto peers = store::enabled_peers(connection, peer_ids(links));

  std::unordered_map<std::string_view, const domain::PeerNode*> peer_by_id;
  for (const auto& peer : peers) peer_by_id.emplace(peer.id, &peer);
  std::unordered_map<std::string_view, std::vector<domain::TunnelPeer>> peers_of;
  for (const auto& link : links) {
    const auto peer = peer_by_id.find(link.peer_node_id);
    if (peer != peer_by_id.end()) peers_of[link.local_node_id].push_back({&link, peer->second});
  }

  auto opened = config;
  store::open_header_key(sealer, opened);
  auto hooks = managed_hooks(connection, ids);
  std::vector<store::NodeText> texts;
  for (const auto& node : nodes) {
    auto text = domain::render_tunnel_text({opened, node, peers_of[node.id], hooks[node.id]});
    auto hash = sha256_hex(text);
    texts.push_back({node.id, std::move(hash), std::move(text)});
  }
  return texts;
}

}  // namespace loomgate::projections
