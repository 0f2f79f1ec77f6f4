// SPDX-License-Identifier: Apache-2.0
// What a client may set of a config (spec http-api 6.2). Absent keeps (or takes the default of a new config), null clears.
#pragma once

#include <string>

#include "daemon/json/shape.h"
#include "daemon/services/awg_write.h"

namespace loomgate::services {

struct ConfigWrite {
  std::string name;
  json::Field<std::string> description;
  json::Field<bool> enabled;
  json::Field<std::string> virtual_subnet;
  json::Field<int> default_listen_port;
  json::Field<int> default_mtu;
  json::Field<std::string> default_dns;
  json::Field<bool> auto_sync;
  json::Field<std::string> tunnel_protocol;
  json::Field<std::string> awg_version;
  AwgSharedWrite awg;
  json::Field<json::Json> awg_node_updates;  // node id to an object of node fields; updates only
};

}  // namespace loomgate::services

template <>
struct loomgate::json::Describe<loomgate::services::ConfigWrite> {
  static const Shape<services::ConfigWrite>& shape();
};
