// SPDX-License-Identifier: Apache-2.0
// Links as clients see them (spec http-api 4.4): one domain::PeerLink per direction, and the proposal for a new link.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"
#include "daemon/projections/node_view.h"

namespace loomgate::projections {

struct DirectionDraft {
  std::string local_node_id;
  std::string peer_node_id;
  std::string allowed_ips;  // the peer's virtual IP, or ""
  std::optional<int> persistent_keepalive;
  std::string endpoint_mode = "auto";
  std::string endpoint_ref_family;
  std::string endpoint_manual_host;
  std::string endpoint_port_mode = "ref_peer_listen_port";
  std::optional<int> endpoint_manual_port;
  std::string endpoint_summary;
  std::string keepalive_display;
};

struct PeerLinkDraft {
  NodeView local_node;
  NodeView peer_node;
  std::string endpoint_ref_family;
  DirectionDraft forward;
  DirectionDraft reverse;
  std::vector<std::string> warnings;
};

// Spec domain 4.5. `family` is ipv4 or ipv6. Pure.
PeerLinkDraft draft_link(const domain::Config& config, NodeView local, NodeView peer, const std::string& family);

}  // namespace loomgate::projections

namespace loomgate::json {

template <>
struct Describe<domain::PeerLink> {
  static const Shape<domain::PeerLink>& shape();
};
template <>
struct Describe<projections::DirectionDraft> {
  static const Shape<projections::DirectionDraft>& shape();
};
template <>
struct Describe<projections::PeerLinkDraft> {
  static const Shape<projections::PeerLinkDraft>& shape();
};

}  // namespace loomgate::json
