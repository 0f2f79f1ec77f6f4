// SPDX-License-Identifier: Apache-2.0
// Which links quick mesh makes, and why it may refuse to (spec domain 5). Pure; linear in nodes and links, but for the
// scopes of gateways with many leaves. Nodes are the config's enabled nodes in creation order; results refer to them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/base/error.h"
#include "daemon/domain/endpoints.h"
#include "daemon/domain/entities.h"

namespace loomgate::domain {

struct LeafAssignment {
  std::string leaf_id;
  std::string gateway_id;
};

struct QuickMeshPlan {
  std::string mode;                                 // hub_spoke, full_mesh, free_mesh
  std::string endpoint_ref_family = "ipv4";         // ipv4, ipv6
  std::optional<std::string> hub_node_id;           // hub_spoke
  std::vector<std::string> gateway_node_ids;        // free_mesh: in order, each once
  std::vector<LeafAssignment> leaf_assignments;     // free_mesh: in order, each leaf once
};

// The first rule of spec domain 5 that is broken. What the caller is shown besides the code: nodes, or ids, or nothing.
struct QuickMeshProblem {
  ErrorCode code;
  const char* message = "";
  std::vector<const Node*> nodes{};
  bool names_family = false;  // the family of the plan belongs to the answer
  std::vector<std::string> node_ids{};
};
std::optional<QuickMeshProblem> find_problem(const QuickMeshPlan& plan, const std::vector<Node>& enabled_nodes);

struct QuickMeshPair {
  const Node* forward = nullptr;  // the forward direction starts here
  const Node* reverse = nullptr;
  std::string forward_allowed_ips;
  std::string reverse_allowed_ips;
};
// Only for a plan without a problem.
std::vector<QuickMeshPair> quick_mesh_pairs(const QuickMeshPlan& plan, const std::string& virtual_subnet,
                                            const std::vector<Node>& enabled_nodes);

// What every direction of a quick mesh wants as endpoint.
EndpointChoice quick_mesh_choice(const std::string& family);

}  // namespace loomgate::domain
