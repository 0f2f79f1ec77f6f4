// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/topology_view.h"

#include <unordered_map>

#include "daemon/store/links.h"
#include "daemon/store/nodes.h"

namespace loomgate::projections {
namespace {

// Groups in the order of their oldest direction, as the links come.
std::vector<domain::TopologyGroup> groups_of(const std::vector<domain::PeerLink>& links) {
  std::vector<domain::TopologyGroup> groups;
  std::unordered_map<std::string_view, std::size_t> position;
  for (const auto& link : links) {
    const auto [found, is_new] = position.emplace(link.link_group_id, groups.size());
    if (is_new) groups.push_back({link.link_group_id, link.enabled, std::nullopt, std::nullopt});
    auto& group = groups[found->second];
    auto& direction = link.direction == "forward" ? group.forward : group.reverse;
    direction = domain::TopologyLink{link.local_node_id, link.peer_node_id, domain::endpoint_choice(link)};
  }
  return groups;
}

}  // namespace

domain::TopologyReport topology_report(pg::Connection& connection, const domain::Config& config) {
  domain::Topology topology;
  topology.default_listen_port = config.default_listen_port;
  for (const auto& node : store::nodes_of_config(connection, config.id)) {
    topology.nodes.push_back({node.id, node.name, node.enabled, domain::public_entry(node)});
  }
  topology.groups = groups_of(store::links_of_config(connection, config.id));
  return domain::validate_topology(topology);
}

MeshValidation view_validation(const domain::TopologyReport& report) {
  return {report.valid(), report.errors, report.warnings, report.messages()};
}

}  // namespace loomgate::projections

namespace loomgate::json {

using projections::MeshValidation;

const Shape<MeshValidation>& Describe<MeshValidation>::shape() {
  static const auto shape = Shape<MeshValidation>("MeshValidation")
                                .field("valid", &MeshValidation::valid)
                                .field("errors", &MeshValidation::errors)
                                .field("warnings", &MeshValidation::warnings)
                                .field("messages", &MeshValidation::messages);
  return shape;
}

}  // namespace loomgate::json
