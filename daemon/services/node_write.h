// SPDX-License-Identifier: Apache-2.0
// What a client may set of a node (spec http-api 6.3). Absent keeps (or takes the default of a new node); null clears what
// can be empty and keeps the rest.
#pragma once

#include <string>
#include <vector>

#include "daemon/json/shape.h"
#include "daemon/services/awg_write.h"

namespace loomgate::services {

struct NodeWrite {
  std::string name;
  json::Field<std::string> ipv4_address;
  json::Field<std::string> ipv6_address;
  json::Field<int> listen_port;
  json::Field<std::string> virtual_ip;
  json::Field<int> mtu;
  json::Field<std::string> dns;
  json::Field<bool> auto_sync;
  json::Field<bool> enabled;
  json::Field<std::string> node_type;
  json::Field<std::string> private_key;  // never logged
  json::Field<std::string> public_key;
  json::Field<std::vector<std::string>> tags;
  json::Field<std::vector<std::string>> pre_up;
  json::Field<std::vector<std::string>> post_up;
  json::Field<std::vector<std::string>> pre_down;
  json::Field<std::vector<std::string>> post_down;
  AwgNodeWrite awg;
};

struct VirtualIpQuestion {
  std::string virtual_ip;
  std::optional<std::string> exclude_node_id;  // the node that is being edited
};

}  // namespace loomgate::services

namespace loomgate::json {

template <>
struct Describe<services::NodeWrite> {
  static const Shape<services::NodeWrite>& shape();
};
template <>
struct Describe<services::VirtualIpQuestion> {
  static const Shape<services::VirtualIpQuestion>& shape();
};

}  // namespace loomgate::json
