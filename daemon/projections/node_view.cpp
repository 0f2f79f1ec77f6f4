// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/node_view.h"

#include "daemon/base/time_codec.h"
#include "daemon/projections/managed_hooks.h"

namespace loomgate::projections {

std::string effective_type(const std::string& stored_type, bool mqtt_enabled) {
  return mqtt_enabled ? stored_type : "static";
}

NodeView view_node(pg::Connection& connection, domain::Node node, bool mqtt_enabled) {
  std::vector<domain::Node> one;
  one.push_back(std::move(node));
  return std::move(view_nodes(connection, std::move(one), mqtt_enabled).front());
}

std::vector<NodeView> view_nodes(pg::Connection& connection, std::vector<domain::Node> nodes, bool mqtt_enabled) {
  std::vector<std::string> ids;
  for (const auto& node : nodes) ids.push_back(node.id);
  auto hooks = managed_hooks(connection, ids);
  std::vector<NodeView> views;
  views.reserve(nodes.size());
  for (auto& node : nodes) {
    NodeView view;
    if (const auto found = hooks.find(node.id); found != hooks.end()) view.managed_hooks = std::move(found->second);
    view.node = std::move(node);
    view.node.node_type = effective_type(view.node.node_type, mqtt_enabled);
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace loomgate::projections

namespace loomgate::json {

using domain::ManagedHook;
using domain::ManagedHooks;
using projections::NodeMutation;
using projections::NodeView;

const Shape<domain::AwgNode>& Describe<domain::AwgNode>::shape() {
  using Awg = domain::AwgNode;
  static const auto shape = Shape<Awg>("AwgNode")
                                .field("awg_jc", &Awg::jc)
                                .field("awg_jmin", &Awg::jmin)
                                .field("awg_jmax", &Awg::jmax)
                                .field("awg_i1", &Awg::i1)
                                .field("awg_i2", &Awg::i2)
                                .field("awg_i3", &Awg::i3)
                                .field("awg_i4", &Awg::i4)
                                .field("awg_i5", &Awg::i5)
                                .field("awg_options", &Awg::options);
  return shape;
}

const Shape<domain::Node>& Describe<domain::Node>::shape() {
  using domain::Node;
  static const auto shape = Shape<Node>("StoredNode")
                                .field("id", &Node::id)
                                .field("config_id", &Node::config_id)
                                .field("name", &Node::name)
                                .field("ipv4_address", &Node::ipv4_address)
                                .field("ipv6_address", &Node::ipv6_address)
                                .field("listen_port", &Node::listen_port)
                                .field("virtual_ip", &Node::virtual_ip)
                                .field("mtu", &Node::mtu)
                                .field("dns", &Node::dns)
                                .field("auto_sync", &Node::auto_sync)
                                .field("enabled", &Node::enabled)
                                .field("node_type", &Node::node_type, literal({"dynamic", "static"}))
                                .field("public_key", &Node::public_key)
                                .field("private_key", &Node::private_key, text().secret())
                                .field("tags", &Node::tags)
                                .field("pre_up", &Node::pre_up)
                                .field("post_up", &Node::post_up)
                                .field("pre_down", &Node::pre_down)
                                .field("post_down", &Node::post_down)
                                .flatten(&Node::awg)
                                .field("created_at", &Node::created_at)
                                .field("updated_at", &Node::updated_at);
  return shape;
}

const Shape<ManagedHook>& Describe<ManagedHook>::shape() {
  static const auto shape = Shape<ManagedHook>("ManagedHook")
                                .field("source", &ManagedHook::source)
                                .field("source_id", &ManagedHook::source_id)
                                .field("command", &ManagedHook::command)
                                .field("label", &ManagedHook::label);
  return shape;
}

const Shape<ManagedHooks>& Describe<ManagedHooks>::shape() {
  static const auto shape = Shape<ManagedHooks>("ManagedHooks")
                                .field("pre_up", &ManagedHooks::pre_up)
                                .field("post_up", &ManagedHooks::post_up)
                                .field("pre_down", &ManagedHooks::pre_down)
                                .field("post_down", &ManagedHooks::post_down);
  return shape;
}

const Shape<NodeView>& Describe<NodeView>::shape() {
  static const auto shape = Shape<NodeView>("Node")
                                .flatten(&NodeView::node)
                                .field("managed_hooks", &NodeView::managed_hooks);
  return shape;
}

const Shape<NodeMutation>& Describe<NodeMutation>::shape() {
  static const auto shape = Shape<NodeMutation>("NodeMutation")
                                .flatten(&NodeMutation::node)
                                .field("change_hints", &NodeMutation::change_hints)
                                .field("affected_node_ids", &NodeMutation::affected_node_ids);
  return shape;
}

}  // namespace loomgate::json
