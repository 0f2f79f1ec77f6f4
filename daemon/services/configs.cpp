// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/configs.h"

#include <algorithm>

#include "daemon/base/error_codes.h"
#include "daemon/base/ids.h"
#include "daemon/domain/addresses.h"
#include "daemon/domain/names.h"
#include "daemon/services/lookups.h"
#include "daemon/services/refresh.h"
#include "daemon/services/tunnel_switch.h"
#include "daemon/store/audit.h"
#include "daemon/store/changes.h"
#include "daemon/store/configs.h"
#include "daemon/store/header_key.h"
#include "daemon/store/nodes.h"

namespace loomgate::services {
namespace {

// The one field table of creating and updating: a new config starts from the defaults, an old one from its row. The tunnel
// protocol and what belongs to it are for tunnel_switch.h.
void apply(const ConfigWrite& write, domain::Config& config) {
  if (!domain::is_config_name(write.name)) {
    throw Error(errors::kInvalidConfigName,
                "A config name has 1 to 32 of the characters A-Z a-z 0-9 _ = + . - and is no reserved device name");
  }
  config.name = write.name;
  write.description.apply_to(config.description);
  write.enabled.apply_to(config.enabled);
  if (write.virtual_subnet.has_value()) {
    const auto network = domain::parse_cidr(write.virtual_subnet.value());
    if (!network) throw Error(errors::kInvalidSubnet, "The virtual subnet is no IP network");
    config.virtual_subnet = domain::to_string(domain::canonical_network(*network));
  }
  write.default_listen_port.apply_to(config.default_listen_port);
  write.default_mtu.apply_to(config.default_mtu);
  write.default_dns.apply_to(config.default_dns);
  write.auto_sync.apply_to(config.auto_sync);
}

bool same_rendering(const domain::Config& left, const domain::Config& right) {
  return left.tunnel_protocol == right.tunnel_protocol && left.awg == right.awg &&
         left.default_listen_port == right.default_listen_port && left.default_mtu == right.default_mtu &&
         left.default_dns == right.default_dns;
}

std::vector<std::string> sorted_node_ids(pg::Connection& connection, std::string_view config_id) {
  auto ids = store::node_ids_of_config(connection, config_id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

// Every node should be read again; those whose texts may be other texts are rendered.
RefreshScope scope_of(const domain::Config& before, const domain::Config& after, const TunnelSwitch& tunnel,
                      const std::vector<std::string>& all_nodes) {
  if (!same_rendering(before, after)) return {.affected = all_nodes, .announced = {}};
  RefreshScope scope{.affected = {}, .announced = all_nodes};
  for (const auto& node : tunnel.changed_nodes) scope.affected.push_back(node.id);
  return scope;
}

std::vector<projections::ChangeHint> hints_of(pg::Connection& connection, const domain::Config& before,
                                              const domain::Config& after) {
  if (before.default_listen_port == after.default_listen_port) return {};
  const int count = store::count_nodes_on_default_port(connection, after.id);
  if (count == 0) return {};
  return {{"CONFIG_ENDPOINTS_RECALCULATED", "info", count, {}}};
}

}  // namespace

std::vector<projections::ConfigView> ConfigService::list() const {
  auto connection = deps_.pool.acquire();
  return projections::view_configs(*connection, deps_.sealer, store::all_configs(*connection), deps_.mqtt_enabled);
}

projections::ConfigView ConfigService::get(std::string_view config_id) const {
  auto connection = deps_.pool.acquire();
  return projections::view_config(*connection, deps_.sealer, require_config(*connection, config_id), deps_.mqtt_enabled);
}

projections::ConfigOverview ConfigService::overview(std::string_view config_id) const {
  auto connection = deps_.pool.acquire();
  return projections::view_overview(*connection, deps_.sealer, require_config(*connection, config_id),
                                    deps_.mqtt_enabled);
}

projections::ConfigView ConfigService::create(const domain::Actor& actor, const ConfigWrite& write) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    domain::Config config;
    config.virtual_subnet = "10.66.0.0/24";
    apply(write, config);
    set_tunnel(write, config);
    config.id = new_id("cfg");
    store::insert_config(transaction, deps_.sealer, config);
    refresh(transaction, deps_, config, {});
    store::add_audit(transaction, actor, {"config.create", config.id, "", config.name, "Config created"});
    return projections::view_config(transaction.connection(), deps_.sealer, std::move(config), deps_.mqtt_enabled);
  });
}

projections::ConfigMutation ConfigService::update(const domain::Actor& actor, std::string_view config_id,
                                                  const ConfigWrite& write) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    auto before = require_locked_config(transaction, config_id);
    store::open_header_key(deps_.sealer, before);
    auto config = before;
    auto tunnel = switch_tunnel(transaction.connection(), write, before, config);
    apply(write, config);
    store::update_config(transaction, deps_.sealer, config);
    write_tunnel(transaction, config, tunnel);
    projections::ConfigMutation mutation;
    mutation.adjustments = std::move(tunnel.adjustments);
    mutation.affected_node_ids = sorted_node_ids(transaction.connection(), config.id);
    mutation.change_hints = hints_of(transaction.connection(), before, config);
    refresh(transaction, deps_, config, scope_of(before, config, tunnel, mutation.affected_node_ids));
    store::add_audit(transaction, actor, {"config.update", config.id, "", config.name, "Config updated"});
    mutation.config =
        projections::view_config(transaction.connection(), deps_.sealer, std::move(config), deps_.mqtt_enabled);
    return mutation;
  });
}

void ConfigService::remove(const domain::Actor& actor, std::string_view config_id) const {
  deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = require_locked_config(transaction, config_id);
    store::delete_config(transaction, config.id);
    store::add_changes(transaction, {{"system.status", "", "", ""}, {"config.list", config.id, "", ""}});
    store::add_audit(transaction, actor, {"config.delete", config.id, "", config.name, "Config deleted"});
  });
}

}  // namespace loomgate::services
