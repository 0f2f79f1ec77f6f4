// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/quick_mesh.h"

#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "daemon/base/error.h"
#include "daemon/domain/quick_mesh.h"
#include "daemon/domain/text.h"
#include "daemon/projections/node_view.h"
#include "daemon/services/links.h"
#include "daemon/services/lookups.h"
#include "daemon/services/refresh.h"
#include "daemon/store/audit.h"
#include "daemon/store/configs.h"
#include "daemon/store/links.h"
#include "daemon/store/nodes.h"

namespace loomgate::services {
namespace {

// Of equal keys the last one counts, at the place of the first.
std::vector<domain::LeafAssignment> leaf_assignments(json::View sent) {
  std::vector<domain::LeafAssignment> leaves;
  if (!sent.is(json::Type::kObject)) return leaves;
  std::unordered_map<std::string, std::size_t> places;
  for (const auto& [key, value] : sent.members()) {
    const std::string leaf(domain::trim(key));
    const std::string gateway(value.is(json::Type::kString) ? domain::trim(value.string()) : "");
    if (leaf.empty()) continue;
    const auto [place, is_new] = places.emplace(leaf, leaves.size());
    if (is_new) leaves.push_back({leaf, ""});
    leaves[place->second].gateway_id = gateway;
  }
  std::erase_if(leaves, [](const domain::LeafAssignment& leaf) { return leaf.gateway_id.empty(); });
  return leaves;
}

domain::QuickMeshPlan plan_of(const QuickMeshWrite& write) {
  domain::QuickMeshPlan plan{write.mode, write.endpoint_ref_family, write.hub_node_id, {}, {}};
  std::unordered_set<std::string_view> seen;
  for (const auto& id : write.gateway_node_ids) {
    if (seen.insert(id).second) plan.gateway_node_ids.push_back(id);
  }
  plan.leaf_assignments = leaf_assignments(write.leaf_assignments.view());
  return plan;
}

// Nodes are told without their private keys, which an error detail would carry into logs and screenshots.
json::Json told_nodes(pg::Connection& connection, const std::vector<const domain::Node*>& nodes, bool mqtt_enabled) {
  std::vector<domain::Node> copies;
  for (const auto* node : nodes) copies.push_back(*node);
  auto told = json::Json::array();
  for (const auto& view : projections::view_nodes(connection, std::move(copies), mqtt_enabled)) {
    const auto whole = json::write(view);
    auto masked = json::Json::object();
    for (const auto& [key, value] : whole.view().members()) {
      if (key != "private_key") masked.append(key, json::Json::copy_of(value));
    }
    told.push(std::move(masked));
  }
  return told;
}

[[noreturn]] void refuse(pg::Connection& connection, const domain::QuickMeshPlan& plan,
                         const domain::QuickMeshProblem& problem, bool mqtt_enabled) {
  auto detail = json::Json::object();
  if (!problem.nodes.empty()) detail.set("nodes", told_nodes(connection, problem.nodes, mqtt_enabled));
  if (problem.names_family) detail.set("endpoint_ref_family", plan.endpoint_ref_family);
  if (!problem.node_ids.empty()) detail.set("node_ids", json::Json(problem.node_ids));
  throw Error(problem.code, problem.message, std::move(detail));
}

std::vector<store::AutoLink> links_of(const domain::Config& config, const domain::QuickMeshPlan& plan,
                                      const std::vector<domain::QuickMeshPair>& pairs) {
  const auto choice = domain::quick_mesh_choice(plan.endpoint_ref_family);
  std::unordered_map<const domain::Node*, std::optional<int>> keepalives;  // toward this node
  const auto keepalive = [&](const domain::Node& target) {
    const auto [found, is_new] = keepalives.try_emplace(&target);
    if (is_new) {
      found->second = domain::stored_keepalive(choice, domain::public_entry(target), config.default_listen_port,
                                               domain::kDefaultKeepalive);
    }
    return found->second;
  };
  std::vector<store::AutoLink> links;
  links.reserve(pairs.size());
  for (const auto& pair : pairs) {
    links.push_back({pair.forward->id, pair.reverse->id, pair.forward_allowed_ips, pair.reverse_allowed_ips,
                     keepalive(*pair.reverse), keepalive(*pair.forward)});
  }
  return links;
}

std::vector<domain::Node> enabled_nodes(pg::Connection& connection, const domain::Config& config) {
  auto nodes = store::nodes_of_config(connection, config.id);
  std::erase_if(nodes, [](const domain::Node& node) { return !node.enabled; });
  return nodes;
}

}  // namespace

QuickMeshResult LinkService::quick_generate(const domain::Actor& actor, std::string_view config_id,
                                            const QuickMeshWrite& write) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = require_locked_config(transaction, config_id);
    const auto nodes = enabled_nodes(transaction.connection(), config);
    const auto plan = plan_of(write);
    if (const auto problem = domain::find_problem(plan, nodes)) {
      refuse(transaction.connection(), plan, *problem, deps_.mqtt_enabled);
    }
    QuickMeshResult result;
    result.mode = write.mode;
    result.endpoint_ref_family = write.endpoint_ref_family;
    result.use_preshared_key = write.use_preshared_key;
    {
      // Given back before the refresh renders the mesh: both are large.
      const auto pairs = domain::quick_mesh_pairs(plan, config.virtual_subnet, nodes);
      result.generated_groups = static_cast<int>(pairs.size());
      result.deleted_links = store::replace_links(transaction, deps_.sealer, config.id, plan.endpoint_ref_family,
                                                  links_of(config, plan, pairs), write.use_preshared_key);
    }
    for (const auto& node : nodes) result.affected_node_ids.push_back(node.id);
    refresh(transaction, deps_, config, {.affected = result.affected_node_ids, .announced = {}});
    store::add_audit(transaction, actor, {"mesh.quick_generate", config.id, "", write.mode, "Mesh links regenerated"});
    return result;
  });
}

}  // namespace loomgate::services

namespace loomgate::json {

using services::QuickMeshResult;
using services::QuickMeshWrite;

namespace {

std::optional<std::string> find_odd_gateway(View value) {
  if (!value.is(Type::kObject)) return std::nullopt;
  for (const auto& [leaf, gateway] : value.members()) {
    if (!gateway.is(Type::kString) && !gateway.is(Type::kNull)) return "Every leaf is assigned the id of a gateway";
  }
  return std::nullopt;
}

}  // namespace

const Shape<QuickMeshWrite>& Describe<QuickMeshWrite>::shape() {
  using Write = QuickMeshWrite;
  static const auto shape =
      Shape<Write>("QuickMeshWrite")
          .field("mode", &Write::mode, literal({"hub_spoke", "full_mesh", "free_mesh"}).required())
          .field("endpoint_ref_family", &Write::endpoint_ref_family, literal({"ipv4", "ipv6"}).defaults("ipv4"))
          .field("hub_node_id", &Write::hub_node_id, optional_text())
          .field("gateway_node_ids", &Write::gateway_node_ids, text_list().nullable().defaults(Json::array()))
          .field("leaf_assignments", &Write::leaf_assignments,
                 any().check(find_odd_gateway).defaults(Json::object()).describe("Leaf id to gateway id, in order"))
          .field("use_preshared_key", &Write::use_preshared_key, boolean().defaults(false));
  return shape;
}

const Shape<QuickMeshResult>& Describe<QuickMeshResult>::shape() {
  using Result = QuickMeshResult;
  static const auto shape = Shape<Result>("QuickMeshResult")
                                .field("mode", &Result::mode)
                                .field("endpoint_ref_family", &Result::endpoint_ref_family)
                                .field("use_preshared_key", &Result::use_preshared_key)
                                .field("generated_groups", &Result::generated_groups)
                                .field("deleted_links", &Result::deleted_links)
                                .field("affected_node_ids", &Result::affected_node_ids)
                                .field("message", &Result::message);
  return shape;
}

}  // namespace loomgate::json
