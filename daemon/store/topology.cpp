// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/topology.h"

#include <unordered_map>

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

const pg::Statement kKeptErrorCounts{
    "kept_error_counts", pg::Access::kRead,
    "SELECT config_id, error_count FROM config_topology WHERE config_id = ANY($1::text[])"};

const pg::Statement kKeepErrorCount{
    "keep_error_count", pg::Access::kWrite,
    "INSERT INTO config_topology (config_id, error_count) VALUES ($1, $2) "
    "ON CONFLICT (config_id) DO UPDATE SET error_count = excluded.error_count"};

const pg::Statement kTopologyNodes{
    "topology_nodes", pg::Access::kRead,
    "SELECT n.config_id, c.default_listen_port, n.id, n.name, n.enabled, n.ipv4_address, n.ipv6_address, n.listen_port "
    "FROM nodes n JOIN configs c ON c.id = n.config_id WHERE n.config_id = ANY($1::text[]) "
    "ORDER BY n.config_id, n.created_at, n.seq"};

const pg::Statement kTopologyLinks{
    "topology_links", pg::Access::kRead,
    "SELECT l.config_id, l.link_group_id, g.enabled, l.direction = 'forward', l.local_node_id, l.peer_node_id, "
    "l.endpoint_mode, l.endpoint_ref_family, l.endpoint_manual_host, l.endpoint_port_mode, l.endpoint_manual_port "
    "FROM peer_links l JOIN link_groups g ON g.id = l.link_group_id WHERE l.config_id = ANY($1::text[]) "
    "ORDER BY l.config_id, l.created_at, l.seq"};

const pg::Statement kLinkedConfigs{
    "linked_configs", pg::Access::kRead,
    "SELECT c.id FROM unnest($1::text[]) AS c (id) "
    "WHERE EXISTS (SELECT FROM link_groups g WHERE g.config_id = c.id AND g.enabled)"};

std::map<std::string, int> read_counts(pg::Connection& connection, const pg::Statement& statement,
                                       const std::vector<std::string>& config_ids) {
  std::map<std::string, int> counts;
  const auto rows = connection.exec(statement, pg::params(config_ids));
  for (const auto row : rows) counts.emplace(row.get<std::string>(0), row.get<int>(1));
  return counts;
}

domain::TopologyNode read_node(pg::RowReader& reader) {
  domain::TopologyNode node;
  node.id = reader.next<std::string>();
  node.name = reader.next<std::string>();
  node.enabled = reader.next<bool>();
  node.entry.ipv4_address = reader.next<std::optional<std::string>>();
  node.entry.ipv6_address = reader.next<std::optional<std::string>>();
  node.entry.listen_port = reader.next<std::optional<int>>();
  return node;
}

domain::TopologyLink read_link(pg::RowReader& reader) {
  domain::TopologyLink link;
  link.local_node_id = reader.next<std::string>();
  link.peer_node_id = reader.next<std::string>();
  link.endpoint.mode = reader.next<std::string>();
  link.endpoint.ref_family = reader.next<std::optional<std::string>>();
  link.endpoint.manual_host = reader.next<std::optional<std::string>>();
  link.endpoint.port_mode = reader.next<std::string>();
  link.endpoint.manual_port = reader.next<std::optional<int>>();
  return link;
}

// Groups in the order of their oldest direction, as the links come.
void load_groups(pg::Connection& connection, const std::vector<std::string>& config_ids,
                 std::map<std::string, domain::Topology>& topologies) {
  std::unordered_map<std::string, std::size_t> position;
  const auto rows = connection.exec(kTopologyLinks, pg::params(config_ids));
  for (const auto row : rows) {
    pg::RowReader reader(row);
    auto& groups = topologies[reader.next<std::string>()].groups;
    auto group_id = reader.next<std::string>();
    const bool enabled = reader.next<bool>();
    const bool is_forward = reader.next<bool>();
    const auto [found, is_new] = position.emplace(group_id, groups.size());
    if (is_new) groups.push_back({std::move(group_id), enabled, std::nullopt, std::nullopt});
    auto& group = groups[found->second];
    (is_forward ? group.forward : group.reverse) = read_link(reader);
  }
}

}  // namespace

std::map<std::string, domain::Topology> load_topologies(pg::Connection& connection,
                                                        const std::vector<std::string>& config_ids) {
  std::map<std::string, domain::Topology> topologies;
  if (config_ids.empty()) return topologies;
  const auto rows = connection.exec(kTopologyNodes, pg::params(config_ids));
  for (const auto row : rows) {
    pg::RowReader reader(row);
    auto& topology = topologies[reader.next<std::string>()];
    topology.default_listen_port = reader.next<int>();
    topology.nodes.push_back(read_node(reader));
  }
  load_groups(connection, config_ids, topologies);
  return topologies;
}

std::set<std::string> linked_configs(pg::Connection& connection, const std::vector<std::string>& config_ids) {
  std::set<std::string> linked;
  const auto rows = connection.exec(kLinkedConfigs, pg::params(config_ids));
  for (const auto row : rows) linked.insert(row.get<std::string>(0));
  return linked;
}

std::map<std::string, int> topology_error_counts(pg::Connection& connection, const std::vector<std::string>& config_ids) {
  auto counts = read_counts(connection, kKeptErrorCounts, config_ids);
  std::vector<std::string> unknown;
  for (const auto& id : config_ids) {
    if (!counts.contains(id)) unknown.push_back(id);
  }
  if (!unknown.empty()) counts.merge(read_counts(connection, kTopologyErrorCounts, unknown));
  return counts;
}

bool topology_is_valid(pg::Transaction& transaction, const std::string& config_id) {
  const auto kept = read_counts(transaction.connection(), kKeptErrorCounts, {config_id});
  if (const auto found = kept.find(config_id); found != kept.end()) return found->second == 0;
  const auto counted = read_counts(transaction.connection(), kTopologyErrorCounts, {config_id});
  const int errors = counted.empty() ? 0 : counted.begin()->second;
  transaction.exec(kKeepErrorCount, pg::params(config_id, errors));
  return errors == 0;
}

}  // namespace loomgate::store
