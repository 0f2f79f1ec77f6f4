// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/quick_mesh.h"

#include <set>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include "daemon/base/error_codes.h"
#include "daemon/domain/addresses.h"
#include "daemon/domain/text.h"

namespace loomgate::domain {
namespace {

using Problem = std::optional<QuickMeshProblem>;

class NodeIndex {
 public:
  explicit NodeIndex(const std::vector<Node>& nodes) {
    by_id_.reserve(nodes.size());
    for (const Node& node : nodes) by_id_.emplace(node.id, &node);
  }
  const Node* find(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
  }
  const Node& at(std::string_view id) const {
    if (const Node* node = find(id)) return *node;
    throw std::logic_error("a quick mesh plan names a node that is not there");
  }

 private:
  std::unordered_map<std::string_view, const Node*> by_id_;
};

bool has_public_address(const Node& node, const std::string& family) {
  constexpr int kAnyPort = 1;
  return has_endpoint(quick_mesh_choice(family), public_entry(node), kAnyPort);
}

bool has_virtual_ip(const Node& node) { return node.virtual_ip && !trim(*node.virtual_ip).empty(); }

std::vector<std::string> to_list(const std::set<std::string>& ids) { return {ids.begin(), ids.end()}; }

Problem refuse(const ErrorCode& code, const char* message) { return QuickMeshProblem{.code = code, .message = message}; }

Problem refuse_ids(const ErrorCode& code, const char* message, std::vector<std::string> node_ids) {
  if (node_ids.empty()) return std::nullopt;
  return QuickMeshProblem{.code = code, .message = message, .node_ids = std::move(node_ids)};
}

Problem require_public_addresses(const QuickMeshPlan& plan, const std::vector<const Node*>& nodes,
                                 const ErrorCode& code) {
  QuickMeshProblem problem{
      .code = code, .message = "A public address of the chosen family is missing", .names_family = true};
  for (const Node* node : nodes) {
    if (!has_public_address(*node, plan.endpoint_ref_family)) problem.nodes.push_back(node);
  }
  if (problem.nodes.empty()) return std::nullopt;
  return problem;
}

Problem check_common(const QuickMeshPlan& plan, const std::vector<Node>& nodes) {
  if (plan.mode != "hub_spoke" && plan.mode != "full_mesh" && plan.mode != "free_mesh") {
    return refuse(errors::kInvalidQuickMeshMode, "The mode is hub_spoke, full_mesh or free_mesh");
  }
  if (plan.endpoint_ref_family != "ipv4" && plan.endpoint_ref_family != "ipv6") {
    return refuse(errors::kInvalidEndpointFamily, "The endpoint family is ipv4 or ipv6");
  }
  if (nodes.size() < 2) return refuse(errors::kQuickMeshNotEnoughNodes, "At least two enabled nodes are needed");
  QuickMeshProblem problem{.code = errors::kQuickMeshVirtualIpRequired, .message = "Every enabled node needs a virtual IP"};
  for (const Node& node : nodes) {
    if (!has_virtual_ip(node)) problem.nodes.push_back(&node);
  }
  if (problem.nodes.empty()) return std::nullopt;
  return problem;
}

Problem check_hub(const QuickMeshPlan& plan, const NodeIndex& index) {
  const Node* hub = plan.hub_node_id ? index.find(*plan.hub_node_id) : nullptr;
  if (hub == nullptr) return refuse(errors::kQuickMeshHubRequired, "The hub must be an enabled node of the config");
  return require_public_addresses(plan, {hub}, errors::kQuickMeshHubEndpointRequired);
}

Problem check_full(const QuickMeshPlan& plan, const std::vector<Node>& nodes) {
  std::vector<const Node*> all;
  for (const Node& node : nodes) all.push_back(&node);
  return require_public_addresses(plan, all, errors::kQuickMeshEndpointRequired);
}

Problem check_gateways(const QuickMeshPlan& plan, const NodeIndex& index) {
  if (plan.gateway_node_ids.empty()) return refuse(errors::kQuickMeshGatewayRequired, "At least one gateway is needed");
  std::vector<const Node*> gateways;
  std::vector<std::string> unknown;
  for (const auto& id : plan.gateway_node_ids) {
    const Node* gateway = index.find(id);
    gateway == nullptr ? unknown.push_back(id) : gateways.push_back(gateway);
  }
  if (auto problem = refuse_ids(errors::kQuickMeshGatewayRequired, "Gateways must be enabled nodes of the config",
                                std::move(unknown))) {
    return problem;
  }
  return require_public_addresses(plan, gateways, errors::kQuickMeshGatewayEndpointRequired);
}

Problem check_leaves(const QuickMeshPlan& plan, const std::vector<Node>& nodes, const NodeIndex& index) {
  const std::set<std::string> gateways(plan.gateway_node_ids.begin(), plan.gateway_node_ids.end());
  std::vector<std::string> unknown, unassigned;
  std::set<std::string> in_both_roles, foreign_gateways, assigned = gateways;
  for (const auto& [leaf, gateway] : plan.leaf_assignments) {
    if (index.find(leaf) == nullptr) unknown.push_back(leaf);
    if (gateways.contains(leaf)) in_both_roles.insert(leaf);
    if (!gateways.contains(gateway)) foreign_gateways.insert(gateway);
    assigned.insert(leaf);
  }
  for (const Node& node : nodes) {
    if (!assigned.contains(node.id)) unassigned.push_back(node.id);
  }
  auto problem = refuse_ids(errors::kQuickMeshLeafInvalid, "Leaves must be enabled nodes of the config", std::move(unknown));
  if (!problem) {
    problem = refuse_ids(errors::kQuickMeshNodeRoleConflict, "A node is either gateway or leaf", to_list(in_both_roles));
  }
  if (!problem) {
    problem = refuse_ids(errors::kQuickMeshLeafGatewayInvalid, "A leaf's gateway must be one of the gateways",
                         to_list(foreign_gateways));
  }
  if (!problem) {
    problem = refuse_ids(errors::kQuickMeshNodeUnassigned, "Every enabled node must be gateway or leaf",
                         std::move(unassigned));
  }
  return problem;
}

// A virtual IP that got past every check is still a list of one, or there is a bug to be seen.
std::string allowed(const std::string& virtual_ips) {
  auto normalized = normalize_allowed_ips(virtual_ips);
  if (!normalized.text) throw std::logic_error("a stored virtual IP is no network");
  return std::move(*normalized.text);
}

std::string own_address(const Node& node) { return allowed(*node.virtual_ip); }

std::vector<QuickMeshPair> hub_pairs(const Node& hub, const std::string& subnet, const std::vector<Node>& nodes) {
  std::vector<QuickMeshPair> pairs;
  for (const Node& leaf : nodes) {
    if (&leaf != &hub) pairs.push_back({&hub, &leaf, own_address(leaf), subnet});
  }
  return pairs;
}

std::vector<QuickMeshPair> full_pairs(const std::vector<Node>& nodes) {
  std::vector<std::string> addresses;
  for (const Node& node : nodes) addresses.push_back(own_address(node));
  std::vector<QuickMeshPair> pairs;
  pairs.reserve(nodes.size() * (nodes.size() - 1) / 2);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (std::size_t j = i + 1; j < nodes.size(); ++j) {
      pairs.push_back({&nodes[i], &nodes[j], addresses[j], addresses[i]});
    }
  }
  return pairs;
}

std::vector<QuickMeshPair> free_pairs(const QuickMeshPlan& plan, const std::string& subnet, const NodeIndex& index) {
  // What is reached through a gateway: itself, then its leaves.
  std::unordered_map<std::string_view, std::string> scopes;
  for (const auto& id : plan.gateway_node_ids) scopes[id] = *index.at(id).virtual_ip;
  for (const auto& [leaf, gateway] : plan.leaf_assignments) scopes.at(gateway) += "," + *index.at(leaf).virtual_ip;
  for (auto& [id, scope] : scopes) scope = allowed(scope);

  std::vector<QuickMeshPair> pairs;
  const auto& gateways = plan.gateway_node_ids;
  for (std::size_t i = 0; i < gateways.size(); ++i) {
    for (std::size_t j = i + 1; j < gateways.size(); ++j) {
      pairs.push_back({&index.at(gateways[i]), &index.at(gateways[j]), scopes.at(gateways[j]), scopes.at(gateways[i])});
    }
  }
  for (const auto& [leaf, gateway] : plan.leaf_assignments) {
    pairs.push_back({&index.at(gateway), &index.at(leaf), own_address(index.at(leaf)), subnet});
  }
  return pairs;
}

}  // namespace

std::optional<QuickMeshProblem> find_problem(const QuickMeshPlan& plan, const std::vector<Node>& enabled_nodes) {
  if (auto problem = check_common(plan, enabled_nodes)) return problem;
  if (plan.mode == "full_mesh") return check_full(plan, enabled_nodes);
  const NodeIndex index(enabled_nodes);
  if (plan.mode == "hub_spoke") return check_hub(plan, index);
  if (auto problem = check_gateways(plan, index)) return problem;
  return check_leaves(plan, enabled_nodes, index);
}

std::vector<QuickMeshPair> quick_mesh_pairs(const QuickMeshPlan& plan, const std::string& virtual_subnet,
                                            const std::vector<Node>& enabled_nodes) {
  if (plan.mode == "full_mesh") return full_pairs(enabled_nodes);
  const NodeIndex index(enabled_nodes);
  if (plan.mode == "hub_spoke") return hub_pairs(index.at(plan.hub_node_id.value()), virtual_subnet, enabled_nodes);
  return free_pairs(plan, virtual_subnet, index);
}

EndpointChoice quick_mesh_choice(const std::string& family) {
  EndpointChoice choice;
  choice.ref_family = family;
  return choice;
}

}  // namespace loomgate::domain
