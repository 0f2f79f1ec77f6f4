// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/topology.h"

namespace loomgate::store {
namespace {

// One row per error: a group with a disabled node, or where neither direction finds the endpoint it wants (automatic mode
// without a public address; manual mode always has one); and one per pair that more than one enabled group joins.
const pg::Statement kTopologyErrorCounts{
    "topology_error_counts", pg::Access::kRead,
    "WITH pairs AS (SELECT g.id, g.config_id, f.enabled AND r.enabled AS usable, "
    "least(g.forward_node_id, g.reverse_node_id) AS low, greatest(g.forward_node_id, g.reverse_node_id) AS high "
    "FROM link_groups g JOIN nodes f ON f.id = g.forward_node_id JOIN nodes r ON r.id = g.reverse_node_id "
    "WHERE g.config_id = ANY($1::text[]) AND g.enabled), "
    "unresolved AS (SELECT l.link_group_id FROM peer_links l JOIN nodes p ON p.id = l.peer_node_id "
    "WHERE l.config_id = ANY($1::text[]) AND l.endpoint_mode = 'auto' "
    "AND (coalesce(CASE l.endpoint_ref_family WHEN 'ipv6' THEN p.ipv6_address ELSE p.ipv4_address END, '') = '' "
    "OR (l.endpoint_port_mode = 'manual' AND l.endpoint_manual_port IS NULL)) "
    "GROUP BY l.link_group_id HAVING count(*) = 2), "
    "errors AS (SELECT p.config_id FROM pairs p LEFT JOIN unresolved u ON u.link_group_id = p.id "
    "WHERE NOT p.usable OR u.link_group_id IS NOT NULL "
    "UNION ALL SELECT p.config_id FROM pairs p WHERE p.usable GROUP BY p.config_id, p.low, p.high HAVING count(*) > 1) "
    "SELECT config_id, count(*)::int FROM errors GROUP BY config_id"};

}  // namespace

std::map<std::string, int> topology_error_counts(pg::Connection& connection, const std::vector<std::string>& config_ids) {
  std::map<std::string, int> counts;
  const auto rows = connection.exec(kTopologyErrorCounts, pg::params(config_ids));
  for (const auto row : rows) counts.emplace(row.get<std::string>(0), row.get<int>(1));
  return counts;
}

bool topology_is_valid(pg::Connection& connection, std::string_view config_id) {
  return topology_error_counts(connection, {std::string(config_id)}).empty();
}

}  // namespace loomgate::store
