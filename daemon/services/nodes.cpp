// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/nodes.h"

#include <algorithm>

#include "daemon/base/error_codes.h"
#include "daemon/base/ids.h"
#include "daemon/services/keys.h"
#include "daemon/services/lookups.h"
#include "daemon/services/node_awg.h"
#include "daemon/services/node_changes.h"
#include "daemon/services/refresh.h"
#include "daemon/services/virtual_ips.h"
#include "daemon/store/audit.h"
#include "daemon/store/configs.h"
#include "daemon/store/links.h"
#include "daemon/store/nodes.h"
#include "daemon/store/port_forwards.h"

namespace loomgate::services {
namespace {

// With MQTT off a console that saves what it was shown sends "static": that must not overwrite the stored type.
void apply_type(const NodeWrite& write, bool mqtt_enabled, domain::Node& node) {
  if (mqtt_enabled) {
    write.node_type.apply_to(node.node_type);
  } else if (write.node_type.has_value() && write.node_type.value() == "dynamic") {
    throw Error(errors::kMqttDisabled, "MQTT services are switched off, so a node cannot be dynamic");
  }
}

// The one field table of creating and updating: a new node starts from its defaults, an old one from its row.
void apply(const NodeWrite& write, bool mqtt_enabled, domain::Node& node) {
  apply_type(write, mqtt_enabled, node);
  apply_keys(write, node);
  node.name = write.name;
  write.ipv4_address.apply_to(node.ipv4_address);
  write.ipv6_address.apply_to(node.ipv6_address);
  write.listen_port.apply_to(node.listen_port);
  write.virtual_ip.apply_to(node.virtual_ip);
  write.mtu.apply_to(node.mtu);
  write.dns.apply_to(node.dns);
  write.auto_sync.apply_to(node.auto_sync);
  write.enabled.apply_to(node.enabled);
  write.tags.apply_to(node.tags);
  std::sort(node.tags.begin(), node.tags.end());
  node.tags.erase(std::unique(node.tags.begin(), node.tags.end()), node.tags.end());
  write.pre_up.apply_to(node.pre_up);
  write.post_up.apply_to(node.post_up);
  write.pre_down.apply_to(node.pre_down);
  write.post_down.apply_to(node.post_down);
}

domain::Node new_node(const domain::Config& config, bool mqtt_enabled) {
  domain::Node node;
  node.id = new_id("node");
  node.config_id = config.id;
  node.auto_sync = config.auto_sync;
  node.node_type = mqtt_enabled ? "dynamic" : "static";
  return node;
}

// Spec domain 2.8. Broker access needs no word here: the database tells the brokers.
void apply_transitions(pg::Transaction& transaction, const domain::Node& before, const domain::Node& after) {
  if (before.enabled && !after.enabled) {
    store::disable_links_of_node(transaction, after.id);
    store::drop_bind_token(transaction, after.id);
  }
  if (before.node_type == after.node_type) return;
  store::reset_client(transaction, after.id);
  if (!after.enabled) {
    store::reset_runtime(transaction, after.id, "unknown", "node-disabled");
  } else {
    store::reset_runtime(transaction, after.id, "offline",
                         after.node_type == "static" ? "static-node" : "dynamic-node-uninitialized");
  }
}

// Locks the node's config, then reads the node as nobody else can change it any more.
domain::Config lock_config_of(pg::Transaction& transaction, std::string_view node_id) {
  auto config = store::lock_config_of_node(transaction, node_id);
  if (!config) throw Error(errors::kNodeNotFound, "Node not found", json::Json::object({{"node_id", node_id}}));
  return std::move(*config);
}

// Hooks of these nodes name the address of the node.
std::vector<std::string> with_forward_targets(pg::Connection& connection, std::vector<std::string> affected,
                                              const std::string& node_id) {
  const auto targets = store::forward_targets_of(connection, {node_id});
  affected.insert(affected.end(), targets.begin(), targets.end());
  return affected;
}

}  // namespace

std::vector<projections::NodeView> NodeService::list(std::string_view config_id) const {
  auto connection = deps_.pool.acquire();
  const auto config = require_config(*connection, config_id);
  return projections::view_nodes(*connection, store::nodes_of_config(*connection, config.id, &deps_.sealer),
                                 deps_.mqtt_enabled);
}

projections::NodeView NodeService::get(std::string_view node_id) const {
  auto connection = deps_.pool.acquire();
  return projections::view_node(*connection, require_node(*connection, node_id, &deps_.sealer), deps_.mqtt_enabled);
}

projections::NodeView NodeService::create(const domain::Actor& actor, std::string_view config_id,
                                          const NodeWrite& write) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = require_locked_config(transaction, config_id);
    auto node = new_node(config, deps_.mqtt_enabled);
    apply(write, deps_.mqtt_enabled, node);
    domain::Random random;
    node.awg = new_node_awg(write.awg, config, random);
    if (!node.virtual_ip) node.virtual_ip = suggest_virtual_ip(transaction.connection(), config);
    require_virtual_ip(transaction.connection(), config, node);
    store::insert_node(transaction, deps_.sealer, node);
    store::touch_config(transaction, config.id);
    refresh(transaction, deps_, config, {.affected = {node.id}, .announced = {}});
    store::add_audit(transaction, actor, {"node.create", config.id, node.id, node.name, "Node created"});
    return projections::view_node(transaction.connection(), std::move(node), deps_.mqtt_enabled);
  });
}

projections::NodeMutation NodeService::update(const domain::Actor& actor, std::string_view node_id,
                                              const NodeWrite& write) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = lock_config_of(transaction, node_id);
    const auto before = require_node(transaction.connection(), node_id, &deps_.sealer);
    auto node = before;
    apply(write, deps_.mqtt_enabled, node);
    node.awg = changed_node_awg(write.awg, before.awg, config);
    if (node.virtual_ip != before.virtual_ip) require_virtual_ip(transaction.connection(), config, node);
    const auto links = store::links_of_node(transaction.connection(), node.id);
    auto effects = effects_of_node_change(config, before, node, links);

    store::update_node(transaction, deps_.sealer, node);
    store::clear_keepalives(transaction, effects.cleared_keepalive_link_ids);
    apply_transitions(transaction, before, node);

    projections::NodeMutation mutation;
    mutation.change_hints = std::move(effects.hints);
    mutation.affected_node_ids = node_and_neighbours(node.id, links);
    refresh(transaction, deps_, config,
            {.affected = with_forward_targets(transaction.connection(), mutation.affected_node_ids, node.id),
             .announced = {},
             .same_mesh = before.enabled == node.enabled});
    store::add_audit(transaction, actor, {"node.update", config.id, node.id, node.name, "Node updated"});
    mutation.node = projections::view_node(transaction.connection(), std::move(node), deps_.mqtt_enabled);
    return mutation;
  });
}

void NodeService::remove(const domain::Actor& actor, std::string_view node_id) const {
  deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = lock_config_of(transaction, node_id);
    const auto node = require_node(transaction.connection(), node_id);
    auto neighbours = node_and_neighbours(node.id, store::links_of_node(transaction.connection(), node.id));
    neighbours = with_forward_targets(transaction.connection(), std::move(neighbours), node.id);
    std::erase(neighbours, node.id);
    store::delete_node(transaction, node.id);
    store::touch_config(transaction, config.id);
    refresh(transaction, deps_, config, {.affected = std::move(neighbours), .announced = {}});
    store::add_audit(transaction, actor, {"node.delete", config.id, node.id, node.name, "Node deleted"});
  });
}

std::string NodeService::suggest_ip(std::string_view config_id) const {
  auto connection = deps_.pool.acquire();
  return suggest_virtual_ip(*connection, require_config(*connection, config_id));
}

domain::AddressCheck NodeService::validate_ip(std::string_view config_id, const VirtualIpQuestion& question) const {
  auto connection = deps_.pool.acquire();
  const auto config = require_config(*connection, config_id);
  return check_virtual_ip(*connection, config, question.virtual_ip, question.exclude_node_id.value_or(""));
}

}  // namespace loomgate::services
