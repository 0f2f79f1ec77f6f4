// SPDX-License-Identifier: Apache-2.0
// What a client may set of a link group (spec http-api 6.5).
#pragma once

#include <optional>
#include <string>

#include "daemon/json/shape.h"

namespace loomgate::services {

struct LinkDirectionWrite {
  std::string local_node_id;
  std::string peer_node_id;
  std::string allowed_ips;
  std::optional<int> persistent_keepalive;
  std::optional<std::string> preshared_key;  // used only when the group has none; never logged
  std::string endpoint_mode = "auto";
  std::optional<std::string> endpoint_ref_family;
  std::optional<std::string> endpoint_manual_host;
  std::string endpoint_port_mode = "ref_peer_listen_port";
  std::optional<int> endpoint_manual_port;
};

struct LinkGroupWrite {
  LinkDirectionWrite forward;
  LinkDirectionWrite reverse;
  json::Field<std::string> preshared_key;  // absent keeps, null removes; never logged
  std::string notes;
  bool enabled = true;
};

struct LinkDraftQuestion {
  std::string peer_node_id;
  std::string endpoint_ref_family = "ipv4";
};

}  // namespace loomgate::services

namespace loomgate::json {

template <>
struct Describe<services::LinkDirectionWrite> {
  static const Shape<services::LinkDirectionWrite>& shape();
};
template <>
struct Describe<services::LinkGroupWrite> {
  static const Shape<services::LinkGroupWrite>& shape();
};
template <>
struct Describe<services::LinkDraftQuestion> {
  static const Shape<services::LinkDraftQuestion>& shape();
};

}  // namespace loomgate::json
