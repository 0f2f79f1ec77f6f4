// SPDX-License-Identifier: Apache-2.0
// A node as the console sees it (spec http-api 4.3): the stored row with its effective type, the commands that Loomgate adds,
// and the private key in clear, because the console edits it. Never log a NodeView; other readers mask the key.
#pragma once

#include <string>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"
#include "daemon/projections/change_hint.h"

namespace loomgate::projections {

struct ManagedHook {
  std::string source;     // port_forward
  std::string source_id;  // rule id
  std::string command;
  std::string label;
};

struct ManagedHooks {
  std::vector<ManagedHook> pre_up, post_up, pre_down, post_down;
};

struct NodeView {
  domain::Node node;
  ManagedHooks managed_hooks;
  json::Json awg_options = json::Json::object();
};

struct NodeMutation {
  NodeView node;
  std::vector<ChangeHint> change_hints;
  std::vector<std::string> affected_node_ids;  // sorted
};

// With MQTT off every node is presented as static; the stored type is untouched.
std::string effective_type(const std::string& stored_type, bool mqtt_enabled);
NodeView view_node(domain::Node node, bool mqtt_enabled);
std::vector<NodeView> view_nodes(std::vector<domain::Node> nodes, bool mqtt_enabled);

}  // namespace loomgate::projections

namespace loomgate::json {

template <>
struct Describe<domain::AwgNode> {
  static const Shape<domain::AwgNode>& shape();
};
template <>
struct Describe<domain::Node> {
  static const Shape<domain::Node>& shape();
};
template <>
struct Describe<projections::ManagedHook> {
  static const Shape<projections::ManagedHook>& shape();
};
template <>
struct Describe<projections::ManagedHooks> {
  static const Shape<projections::ManagedHooks>& shape();
};
template <>
struct Describe<projections::NodeView> {
  static const Shape<projections::NodeView>& shape();
};
template <>
struct Describe<projections::NodeMutation> {
  static const Shape<projections::NodeMutation>& shape();
};

}  // namespace loomgate::json
