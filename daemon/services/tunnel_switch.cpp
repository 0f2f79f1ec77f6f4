// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/tunnel_switch.h"

#include "daemon/domain/awg_refusal.h"
#include "daemon/services/config_awg.h"
#include "daemon/services/node_awg.h"
#include "daemon/store/node_awg.h"
#include "daemon/store/nodes.h"

namespace loomgate::services {
namespace {

std::optional<json::Json> node_updates(const ConfigWrite& write) {
  if (!write.awg_node_updates.has_value() || write.awg_node_updates.value().view().size() == 0) return std::nullopt;
  return write.awg_node_updates.value();
}

// What the device may still run until it has confirmed a config of the new protocol (spec mqtt 5.1).
void set_protocol(const char* protocol, const domain::Config& before, domain::Config& config) {
  config.tunnel_protocol = protocol;
  if (before.tunnel_protocol != config.tunnel_protocol) config.previous_tunnel_protocol = before.tunnel_protocol;
}

TunnelSwitch to_wireguard(const ConfigWrite& write, const domain::Config& before, domain::Config& config) {
  if (node_updates(write)) domain::refuse_awg_parameter("awg_node_updates", "needs an AmneziaWG config");
  set_protocol("wireguard", before, config);
  config.awg = {};
  return {.changed_nodes = {}, .clears_nodes = version_of(before) != nullptr, .adjustments = {}};
}

}  // namespace

void set_tunnel(const ConfigWrite& write, domain::Config& config) {
  const auto* version = wanted_version(write, config);
  if (version == nullptr) return;
  domain::Random random;
  config.tunnel_protocol = "amneziawg";
  config.awg = new_shared_awg(write.awg, *version, random);
}

TunnelSwitch switch_tunnel(pg::Connection& connection, const ConfigWrite& write, const domain::Config& before,
                           domain::Config& config) {
  const auto* version = wanted_version(write, before);
  if (version == nullptr) return to_wireguard(write, before, config);
  domain::Random random;
  auto change = changed_shared_awg(write.awg, before, *version, random);
  set_protocol("amneziawg", before, config);
  config.awg = std::move(change.shared);
  const NodeAwgWrite nodes{config.awg, *version, version != version_of(before), node_updates(write)};
  return {.changed_nodes = nodes_with_changed_awg(nodes, store::nodes_of_config(connection, before.id), random),
          .clears_nodes = false,
          .adjustments = std::move(change.adjustments)};
}

void write_tunnel(pg::Transaction& transaction, const domain::Config& config, const TunnelSwitch& tunnel) {
  if (tunnel.clears_nodes) store::clear_node_awg(transaction, config.id);
  store::write_node_awg(transaction, tunnel.changed_nodes);
}

}  // namespace loomgate::services
