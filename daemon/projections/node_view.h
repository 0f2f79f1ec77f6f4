// SPDX-License-Identifier: Apache-2.0
// A node as the console sees it (spec http-api 4.3): the stored row with its effective type, the commands that Loomgate adds,
// and the private key in clear, because the console edits it. Never log a NodeView; other readers mask the key.
#pragma once

#include <string>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/domain/managed_hooks.h"
#include "daemon/json/shape.h"
#include "daemon/projections/change_hint.h"
#include "sql/pg/connection.h"

namespace loomgate::projections {

struct NodeView {
  domain::Node node;
  domain::ManagedHooks managed_hooks;
};

struct NodeMutation {
  NodeView node;
  std::vector<ChangeHint> change_hints;
  std::vector<std::string> affected_node_ids;  // sorted
};

// With MQTT off every node is presented as static; the stored type is untouched.
std::string effective_type(const std::string& stored_type, bool mqtt_enabled);
// One statement for the managed hooks, however many nodes.
NodeView view_node(pg::Connection& connection, domain::Node node, bool mqtt_enabled);
std::vector<NodeView> view_nodes(pg::Connection& connection, std::vector<domain::Node> nodes, bool mqtt_enabled);

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
struct Describe<domain::ManagedHook> {
  static const Shape<domain::ManagedHook>& shape();
};
template <>
struct Describe<domain::ManagedHooks> {
  static const Shape<domain::ManagedHooks>& shape();
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
