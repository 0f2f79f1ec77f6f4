// SPDX-License-Identifier: Apache-2.0
// Use cases of nodes (spec domain 2.5 to 2.8 and 3, http-api 6.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/addresses.h"
#include "daemon/domain/entities.h"
#include "daemon/projections/node_view.h"
#include "daemon/services/mesh_deps.h"
#include "daemon/services/node_write.h"

namespace loomgate::services {

class NodeService {
 public:
  explicit NodeService(MeshDeps deps) : deps_(deps) {}

  std::vector<projections::NodeView> list(std::string_view config_id) const;
  projections::NodeView get(std::string_view node_id) const;
  // CONFIG_NOT_FOUND, MQTT_DISABLED, INVALID_PRIVATE_KEY, INVALID_AWG_*, INVALID_SUBNET, IP_POOL_EXHAUSTED, INVALID_VIRTUAL_IP.
  projections::NodeView create(const domain::Actor& actor, std::string_view config_id, const NodeWrite& write) const;
  // NODE_NOT_FOUND, MQTT_DISABLED, INVALID_PRIVATE_KEY, INVALID_AWG_*, INVALID_VIRTUAL_IP.
  projections::NodeMutation update(const domain::Actor& actor, std::string_view node_id, const NodeWrite& write) const;
  void remove(const domain::Actor& actor, std::string_view node_id) const;

  std::string suggest_ip(std::string_view config_id) const;
  domain::AddressCheck validate_ip(std::string_view config_id, const VirtualIpQuestion& question) const;

 private:
  MeshDeps deps_;
};

}  // namespace loomgate::services
