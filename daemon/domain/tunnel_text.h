// SPDX-License-Identifier: Apache-2.0
// The config text of one node, byte for byte as spec domain 6.1 to 6.3 want it. Its SHA-256 decides whether something
// is pushed, so equal inputs must give equal texts.
#pragma once

#include <string>
#include <vector>

#include "daemon/domain/endpoints.h"
#include "daemon/domain/entities.h"
#include "daemon/domain/managed_hooks.h"

namespace loomgate::domain {

// What a text says of a node at the other end; a hub has thousands of them.
struct PeerNode {
  std::string id, name, public_key;
  PublicEntry entry;
};

// One [Peer] block: the direction that starts at the node, and its other end. Neither is owned.
struct TunnelPeer {
  const PeerLink* link = nullptr;
  const PeerNode* peer = nullptr;
};

// The caller passes enabled directions to existing, enabled peers only, oldest first (created_at, then insertion).
struct TunnelInput {
  const Config& config;
  const Node& node;
  const std::vector<TunnelPeer>& peers;
  const ManagedHooks& managed;
};

// Throws std::invalid_argument, naming the key but not the value, when a value holds a control character: such a row
// got past every check and must not become lines of a config that runs as root.
std::string render_tunnel_text(const TunnelInput& input);

}  // namespace loomgate::domain
