// SPDX-License-Identifier: Apache-2.0
// Use cases of configs (spec domain 2.1 to 2.4, http-api 6.2).
#pragma once

#include <string_view>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/projections/overview_view.h"
#include "daemon/services/config_write.h"
#include "daemon/services/mesh_deps.h"

namespace loomgate::services {

class ConfigService {
 public:
  explicit ConfigService(MeshDeps deps) : deps_(deps) {}

  std::vector<projections::ConfigView> list() const;
  projections::ConfigView get(std::string_view config_id) const;
  projections::ConfigOverview overview(std::string_view config_id) const;
  // INVALID_CONFIG_NAME, INVALID_TUNNEL_PROTOCOL, INVALID_AWG_*, CONFIG_NAME_EXISTS, in this order.
  projections::ConfigView create(const domain::Actor& actor, const ConfigWrite& write) const;
  // As create, but the name last. Values of the config and of its nodes are saved together or not at all.
  projections::ConfigMutation update(const domain::Actor& actor, std::string_view config_id,
                                     const ConfigWrite& write) const;
  void remove(const domain::Actor& actor, std::string_view config_id) const;

 private:
  MeshDeps deps_;
};

}  // namespace loomgate::services
