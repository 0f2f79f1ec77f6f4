// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/port_forwards.h"

#include "daemon/base/error_codes.h"
#include "daemon/base/ids.h"
#include "daemon/services/lookups.h"
#include "daemon/services/refresh.h"
#include "daemon/store/audit.h"
#include "daemon/store/configs.h"

namespace loomgate::services {
namespace {

domain::Node require_end(pg::Connection& connection, const domain::Config& config, std::string_view node_id) {
  auto node = require_node(connection, node_id);
  if (node.config_id != config.id || !node.enabled) {
    throw Error(errors::kPortForwardNodeInvalid, "A port forward joins two enabled nodes of its config");
  }
  if (!node.virtual_ip) {
    throw Error(errors::kPortForwardVirtualIpRequired, "Both nodes of a port forward need a virtual IP");
  }
  return node;
}

// What the shape of a request refuses for HTTP already; other callers bring texts of their own.
std::string require_values(const PortForwardWrite& write) {
  if (!domain::is_forward_port(write.from_port) || !domain::is_forward_port(write.to_port)) {
    throw Error(errors::kPortForwardPortInvalid, "A port is a number from 1 to 65535");
  }
  if (!domain::is_forward_platform(write.to_platform)) {
    throw Error(errors::kPortForwardToPlatformInvalid, "The To node runs linux or darwin");
  }
  auto protocol = domain::forward_protocol(write.protocol);
  if (!protocol) throw Error(errors::kPortForwardProtocolInvalid, "The protocol is tcp, udp or all");
  return std::move(*protocol);
}

void require_ipv4(const domain::Node& node) {
  if (domain::forward_address(node.virtual_ip)) return;
  throw Error(errors::kPortForwardIpv4Required, "Both nodes of a port forward need an IPv4 virtual IP");
}

domain::PortForward require_rule(pg::Connection& connection, const domain::Config& config,
                                 const PortForwardWrite& write) {
  const auto from = require_end(connection, config, write.from_node_id);
  const auto to = require_end(connection, config, write.to_node_id);
  if (from.id == to.id) throw Error(errors::kPortForwardSameNode, "A port forward joins two different nodes");
  domain::PortForward rule;
  rule.protocol = require_values(write);
  require_ipv4(from);
  require_ipv4(to);
  if (store::is_forward_port_taken(connection, to.id, write.to_port, rule.protocol)) {
    throw Error(errors::kPortForwardToPortInUse, "Another port forward of the To node takes this port");
  }
  rule.config_id = config.id;
  rule.from_node_id = from.id;
  rule.from_port = write.from_port;
  rule.to_node_id = to.id;
  rule.to_port = write.to_port;
  rule.to_platform = write.to_platform;
  return rule;
}

store::ForwardRow find_or_throw(pg::Connection& connection, std::string_view rule_id) {
  auto row = store::find_forward(connection, rule_id);
  if (!row) throw Error(errors::kPortForwardNotFound, "Port forward rule not found");
  return std::move(*row);
}

domain::Config lock_config_of(pg::Transaction& transaction, std::string_view rule_id) {
  auto config = store::lock_config_of_forward(transaction, rule_id);
  if (!config) throw Error(errors::kPortForwardNotFound, "Port forward rule not found");
  return std::move(*config);
}

// After every write: render the To node, say who did it.
void finish(pg::Transaction& transaction, const MeshDeps& deps, const domain::Config& config,
            const domain::PortForward& rule, const domain::Actor& actor, const char* action, const char* summary) {
  refresh(transaction, deps, config, {.affected = {rule.to_node_id}, .announced = {}, .same_mesh = true});
  store::add_audit(transaction, actor, {action, config.id, rule.to_node_id, rule.id, summary});
}

}  // namespace

std::vector<store::ForwardRow> PortForwardService::list(std::string_view config_id) const {
  auto connection = deps_.pool.acquire();
  return store::forwards_of_config(*connection, require_config(*connection, config_id).id);
}

store::ForwardRow PortForwardService::create(const domain::Actor& actor, std::string_view config_id,
                                             const PortForwardWrite& write) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = require_locked_config(transaction, config_id);
    auto rule = require_rule(transaction.connection(), config, write);
    rule.id = new_id("pf");
    store::insert_forward(transaction, rule);
    finish(transaction, deps_, config, rule, actor, "port_forward.create", "Port forward created");
    return find_or_throw(transaction.connection(), rule.id);
  });
}

store::ForwardRow PortForwardService::set_enabled(const domain::Actor& actor, std::string_view rule_id,
                                                  bool enabled) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = lock_config_of(transaction, rule_id);
    const auto before = find_or_throw(transaction.connection(), rule_id);
    store::set_forward_enabled(transaction, before.rule.id, enabled);
    finish(transaction, deps_, config, before.rule, actor, enabled ? "port_forward.enable" : "port_forward.disable",
           enabled ? "Port forward enabled" : "Port forward disabled");
    return find_or_throw(transaction.connection(), before.rule.id);
  });
}

void PortForwardService::remove(const domain::Actor& actor, std::string_view rule_id) const {
  deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = lock_config_of(transaction, rule_id);
    const auto row = find_or_throw(transaction.connection(), rule_id);
    store::delete_forward(transaction, row.rule.id);
    finish(transaction, deps_, config, row.rule, actor, "port_forward.delete", "Port forward deleted");
  });
}

}  // namespace loomgate::services

namespace loomgate::json {

using services::PortForwardSwitch;
using services::PortForwardWrite;

const Shape<PortForwardWrite>& Describe<PortForwardWrite>::shape() {
  using Write = PortForwardWrite;
  static const auto shape =
      Shape<Write>("PortForwardWrite")
          .field("from_node_id", &Write::from_node_id, required_text())
          .field("from_port", &Write::from_port, integer(1, 65535).required())
          .field("to_node_id", &Write::to_node_id, required_text())
          .field("to_port", &Write::to_port, integer(1, 65535).required())
          .field("to_platform", &Write::to_platform, literal({"linux", "darwin"}).required())
          .field("protocol", &Write::protocol, literal({"tcp", "udp", "all"}).defaults("tcp"));
  return shape;
}

const Shape<PortForwardSwitch>& Describe<PortForwardSwitch>::shape() {
  static const auto shape =
      Shape<PortForwardSwitch>("PortForwardSwitch").field("enabled", &PortForwardSwitch::enabled, boolean().required());
  return shape;
}

}  // namespace loomgate::json
