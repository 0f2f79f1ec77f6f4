// SPDX-License-Identifier: Apache-2.0
// The nouns of spec domain 1 as plain values. Enumerations that clients see stay texts: the database checks them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time.h"
#include "daemon/crypto/sealer.h"
#include "daemon/domain/awg_options.h"

namespace loomgate::domain {

// AmneziaWG parameters that all nodes of a config share; options may hold the header protection key, opened: never
// logged.
struct AwgShared {
  std::optional<std::string> version;
  AwgOptions options;
  // The header protection key as it is stored: it stands here until somebody who needs it opens it into the options
  // (store/header_key.h). Never in both places.
  std::optional<crypto::Bytes> sealed_header_key;
  std::optional<int> s1, s2, s3, s4;
  std::optional<std::string> h1, h2, h3, h4;

  bool operator==(const AwgShared&) const = default;
};

// AmneziaWG values of one node (spec http-api 8.3).
struct AwgNode {
  std::optional<int> jc, jmin, jmax;
  std::optional<std::string> i1, i2, i3, i4, i5;
  AwgOptions options;

  bool operator==(const AwgNode&) const = default;
};

struct Config {
  std::string id;
  std::string name;
  std::string description;
  bool enabled = true;
  std::string virtual_subnet;  // canonical CIDR
  int default_listen_port = 51820;
  std::optional<int> default_mtu;
  std::optional<std::string> default_dns;
  bool auto_sync = true;
  std::string tunnel_protocol = "wireguard";
  std::optional<std::string> previous_tunnel_protocol;
  AwgShared awg;
  Timestamp created_at{};
  Timestamp updated_at{};
};

struct Node {
  std::string id;
  std::string config_id;
  std::string name;
  std::optional<std::string> ipv4_address;
  std::optional<std::string> ipv6_address;
  std::optional<int> listen_port;
  std::optional<std::string> virtual_ip;  // as typed
  std::optional<int> mtu;
  std::optional<std::string> dns;
  bool auto_sync = true;
  bool enabled = true;
  std::string node_type = "dynamic";  // stored type
  std::string public_key;
  std::string private_key;  // opened; never logged
  std::vector<std::string> tags;
  std::vector<std::string> pre_up, post_up, pre_down, post_down;
  AwgNode awg;
  Timestamp created_at{};
  Timestamp updated_at{};
};

// One direction of a link group; what the group shares is repeated in both.
struct PeerLink {
  std::string id;
  std::string config_id;
  std::string local_node_id;
  std::string peer_node_id;
  std::string link_group_id;
  std::string direction;  // forward, reverse
  bool enabled = true;
  std::string allowed_ips;  // normalized
  std::optional<int> persistent_keepalive;
  std::optional<std::string> preshared_key;  // opened; never logged
  std::string endpoint_mode = "auto";        // auto, none, manual
  std::optional<std::string> endpoint_ref_family;
  std::optional<std::string> endpoint_manual_host;
  std::string endpoint_port_mode = "ref_peer_listen_port";
  std::optional<int> endpoint_manual_port;
  std::string notes;
  Timestamp created_at{};
  Timestamp updated_at{};
};

struct NodeConfigState {
  std::string node_id;
  std::string desired_sha256, staged_sha256, confirmed_sha256, reported_local_sha256;
  int desired_version = 0, staged_version = 0, confirmed_version = 0, reported_local_version = 0;
};

// Who does something: written into the audit with every change.
struct Actor {
  std::string kind;  // admin, mcp, agent, system
  std::string name;
  std::string request_id;  // of the HTTP request, empty otherwise
};

}  // namespace loomgate::domain
