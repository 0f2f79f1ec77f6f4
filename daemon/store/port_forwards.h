// SPDX-License-Identifier: Apache-2.0
// Rows of port_forward_rules (spec domain 1.5). Two unique indexes keep a port of a To node to one rule per protocol, where
// 'all' takes both: see store/constraint_errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/port_forward.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

// What a rule says of its two nodes.
struct ForwardNode {
  std::string id;
  std::string name;
  std::optional<std::string> virtual_ip;
  bool enabled = true;
};

struct ForwardRow {
  domain::PortForward rule;
  ForwardNode from;
  ForwardNode to;
};

// Newest first.
std::vector<ForwardRow> forwards_of_config(pg::Connection& connection, std::string_view config_id);
std::optional<ForwardRow> find_forward(pg::Connection& connection, std::string_view rule_id);
// Enabled rules that lead from enabled nodes to one of these nodes, oldest first: what managed hooks are made of.
std::vector<ForwardRow> forwards_to(pg::Connection& connection, const std::vector<std::string>& to_node_ids);
// Nodes whose hooks name one of these nodes as From, sorted.
std::vector<std::string> forward_targets_of(pg::Connection& connection, const std::vector<std::string>& from_node_ids);

// Another rule, enabled or not, holds the port for the same protocol, or one of the two is for all.
bool is_forward_port_taken(pg::Connection& connection, std::string_view to_node_id, int to_port,
                           std::string_view protocol);
// Fills created_at and updated_at.
void insert_forward(pg::Transaction& transaction, domain::PortForward& rule);
void set_forward_enabled(pg::Transaction& transaction, std::string_view rule_id, bool enabled);
void delete_forward(pg::Transaction& transaction, std::string_view rule_id);

}  // namespace loomgate::store
