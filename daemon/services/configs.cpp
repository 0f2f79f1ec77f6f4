// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/configs.h"

#include <algorithm>

#include "daemon/base/error_codes.h"
#include "daemon/base/ids.h"
#include "daemon/domain/addresses.h"
#include "daemon/domain/names.h"
#include "daemon/services/lookups.h"
#include "daemon/services/refresh.h"
#include "daemon/store/audit.h"
#include "daemon/store/changes.h"
#include "daemon/store/configs.h"
#include "daemon/store/nodes.h"

namespace loomgate::services {
namespace {

void check_protocol(const ConfigWrite& write) {
  const auto protocol = write.tunnel_protocol.value_or("wireguard");
  const auto detail = json::Json::object({{"value", protocol}});
  if (protocol == "amneziawg" || protocol == "amneziawg_2") {
    throw Error(errors::kInvalidTunnelProtocol, "This version does not offer AmneziaWG yet; use wireguard", detail);
  }
  if (protocol != "wireguard") throw Error(errors::kInvalidTunnelProtocol, "Unknown tunnel protocol", detail);
  if (write.awg_version.has_value()) {
    throw Error(errors::kInvalidAwgVersion, "A WireGuard config has no AmneziaWG version");
  }
}

// The one field table of creating and updating: a new config starts from the defaults, an old one from its row.
void apply(const ConfigWrite& write, domain::Config& config) {
  if (!domain::is_config_name(write.name)) {
    throw Error(errors::kInvalidConfigName,
                "A config name has 1 to 32 of the characters A-Z a-z 0-9 _ = + . - and is no reserved device name");
  }
  check_protocol(write);
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
  return left.default_listen_port == right.default_listen_port && left.default_mtu == right.default_mtu &&
         left.default_dns == right.default_dns;
}

std::vector<std::string> sorted_node_ids(pg::Connection& connection, std::string_view config_id) {
  auto ids = store::node_ids_of_config(connection, config_id);
  std::sort(ids.begin(), ids.end());
  return ids;
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
    const auto before = require_locked_config(transaction, config_id);
    auto config = before;
    apply(write, config);
    store::update_config(transaction, deps_.sealer, config);
    projections::ConfigMutation mutation;
    mutation.affected_node_ids = sorted_node_ids(transaction.connection(), config.id);
    mutation.change_hints = hints_of(transaction.connection(), before, config);
    RefreshScope scope;
    (same_rendering(before, config) ? scope.announced : scope.affected) = mutation.affected_node_ids;
    refresh(transaction, deps_, config, std::move(scope));
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
