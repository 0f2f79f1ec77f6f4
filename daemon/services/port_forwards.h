// SPDX-License-Identifier: Apache-2.0
// Use cases of port forwards (spec domain 7, http-api 6.10).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"
#include "daemon/services/mesh_deps.h"
#include "daemon/store/port_forwards.h"

namespace loomgate::services {

struct PortForwardWrite {
  std::string from_node_id;
  int from_port = 0;
  std::string to_node_id;
  int to_port = 0;
  std::string to_platform;
  std::string protocol = "tcp";  // any case
};

struct PortForwardSwitch {
  bool enabled = true;
};

class PortForwardService {
 public:
  explicit PortForwardService(MeshDeps deps) : deps_(deps) {}

  // Newest first. CONFIG_NOT_FOUND.
  std::vector<store::ForwardRow> list(std::string_view config_id) const;
  // In this order: CONFIG_NOT_FOUND; of the From node, then of the To node: NODE_NOT_FOUND, PORT_FORWARD_NODE_INVALID,
  // PORT_FORWARD_VIRTUAL_IP_REQUIRED; PORT_FORWARD_SAME_NODE, _PORT_INVALID, _TO_PLATFORM_INVALID, _PROTOCOL_INVALID,
  // _IPV4_REQUIRED, _TO_PORT_IN_USE.
  store::ForwardRow create(const domain::Actor& actor, std::string_view config_id, const PortForwardWrite& write) const;
  // PORT_FORWARD_NOT_FOUND. A disabled rule keeps its port.
  store::ForwardRow set_enabled(const domain::Actor& actor, std::string_view rule_id, bool enabled) const;
  void remove(const domain::Actor& actor, std::string_view rule_id) const;

 private:
  MeshDeps deps_;
};

}  // namespace loomgate::services

namespace loomgate::json {

template <>
struct Describe<services::PortForwardWrite> {
  static const Shape<services::PortForwardWrite>& shape();
};
template <>
struct Describe<services::PortForwardSwitch> {
  static const Shape<services::PortForwardSwitch>& shape();
};

}  // namespace loomgate::json
