// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/port_forwards.h"

// The order of these columns is the order of read_forward().
#define FORWARD_ROWS                                                                                                \
  "SELECT r.id, r.config_id, r.from_node_id, r.from_port, r.to_node_id, r.to_port, r.to_platform, r.protocol, "     \
  "r.enabled, r.created_at, r.updated_at, f.name, f.virtual_ip, f.enabled, t.name, t.virtual_ip, t.enabled "        \
  "FROM port_forward_rules r JOIN nodes f ON f.id = r.from_node_id JOIN nodes t ON t.id = r.to_node_id "

namespace loomgate::store {
namespace {

const pg::Statement kForwardsOfConfig{"forwards_of_config", pg::Access::kRead,
                                      FORWARD_ROWS "WHERE r.config_id = $1 ORDER BY r.created_at DESC, r.seq DESC"};

const pg::Statement kForwardById{"forward_by_id", pg::Access::kRead, FORWARD_ROWS "WHERE r.id = $1"};

const pg::Statement kForwardsTo{"forwards_to", pg::Access::kRead,
                                FORWARD_ROWS
                                "WHERE r.to_node_id = ANY($1::text[]) AND r.enabled AND f.enabled "
                                "ORDER BY r.created_at, r.seq"};

const pg::Statement kForwardTargets{
    "forward_targets", pg::Access::kRead,
    "SELECT DISTINCT r.to_node_id::text FROM port_forward_rules r WHERE r.from_node_id = ANY($1::text[]) AND r.enabled "
    "ORDER BY 1"};

const pg::Statement kForwardPortTaken{
    "forward_port_taken", pg::Access::kRead,
    "SELECT EXISTS (SELECT FROM port_forward_rules WHERE to_node_id = $1 AND to_port = $2 "
    "AND (protocol = $3 OR 'all' IN (protocol, $3)))"};

const pg::Statement kInsertForward{
    "insert_forward", pg::Access::kWrite,
    "INSERT INTO port_forward_rules (id, config_id, from_node_id, from_port, to_node_id, to_port, to_platform, "
    "protocol, enabled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING created_at, updated_at"};

const pg::Statement kSetForwardEnabled{
    "set_forward_enabled", pg::Access::kWrite,
    "UPDATE port_forward_rules SET enabled = $2, updated_at = now() WHERE id = $1 AND enabled <> $2"};

const pg::Statement kDeleteForward{"delete_forward", pg::Access::kWrite, "DELETE FROM port_forward_rules WHERE id = $1"};

ForwardNode read_node(pg::RowReader& reader, const std::string& id) {
  ForwardNode node;
  node.id = id;
  node.name = reader.next<std::string>();
  node.virtual_ip = reader.next<std::optional<std::string>>();
  node.enabled = reader.next<bool>();
  return node;
}

ForwardRow read_forward(pg::Row row) {
  pg::RowReader reader(row);
  ForwardRow read;
  auto& rule = read.rule;
  rule.id = reader.next<std::string>();
  rule.config_id = reader.next<std::string>();
  rule.from_node_id = reader.next<std::string>();
  rule.from_port = reader.next<int>();
  rule.to_node_id = reader.next<std::string>();
  rule.to_port = reader.next<int>();
  rule.to_platform = reader.next<std::string>();
  rule.protocol = reader.next<std::string>();
  rule.enabled = reader.next<bool>();
  rule.created_at = reader.next<Timestamp>();
  rule.updated_at = reader.next<Timestamp>();
  read.from = read_node(reader, rule.from_node_id);
  read.to = read_node(reader, rule.to_node_id);
  return read;
}

std::vector<ForwardRow> read_forwards(const pg::Result& rows) {
  std::vector<ForwardRow> forwards;
  forwards.reserve(static_cast<std::size_t>(rows.rows()));
  for (const auto row : rows) forwards.push_back(read_forward(row));
  return forwards;
}

}  // namespace

std::vector<ForwardRow> forwards_of_config(pg::Connection& connection, std::string_view config_id) {
  return read_forwards(connection.exec(kForwardsOfConfig, pg::params(config_id)));
}

std::optional<ForwardRow> find_forward(pg::Connection& connection, std::string_view rule_id) {
  const auto rows = connection.exec(kForwardById, pg::params(rule_id));
  if (rows.empty()) return std::nullopt;
  return read_forward(rows[0]);
}

std::vector<ForwardRow> forwards_to(pg::Connection& connection, const std::vector<std::string>& to_node_ids) {
  return read_forwards(connection.exec(kForwardsTo, pg::params(to_node_ids)));
}

std::vector<std::string> forward_targets_of(pg::Connection& connection, const std::vector<std::string>& from_node_ids) {
  std::vector<std::string> ids;
  const auto rows = connection.exec(kForwardTargets, pg::params(from_node_ids));
  for (const auto row : rows) ids.push_back(row.get<std::string>(0));
  return ids;
}

bool is_forward_port_taken(pg::Connection& connection, std::string_view to_node_id, int to_port,
                           std::string_view protocol) {
  return connection.exec(kForwardPortTaken, pg::params(to_node_id, to_port, protocol))[0].get<bool>(0);
}

void insert_forward(pg::Transaction& transaction, domain::PortForward& rule) {
  const auto rows = transaction.exec(
      kInsertForward, pg::params(rule.id, rule.config_id, rule.from_node_id, rule.from_port, rule.to_node_id,
                                 rule.to_port, rule.to_platform, rule.protocol, rule.enabled));
  rule.created_at = rows[0].get<Timestamp>(0);
  rule.updated_at = rows[0].get<Timestamp>(1);
}

void set_forward_enabled(pg::Transaction& transaction, std::string_view rule_id, bool enabled) {
  transaction.exec(kSetForwardEnabled, pg::params(rule_id, enabled));
}

void delete_forward(pg::Transaction& transaction, std::string_view rule_id) {
  transaction.exec(kDeleteForward, pg::params(rule_id));
}

}  // namespace loomgate::store
