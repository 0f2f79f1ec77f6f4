// SPDX-License-Identifier: Apache-2.0
// Tags of nodes and the registry that keeps unused names (spec domain 1.3, 2.9). Lists are sorted by code point.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/pg/transaction.h"

namespace loomgate::store {

struct TagCount {
  std::string name;
  int count = 0;  // nodes that carry it, disabled ones too
};

// The registry and what nodes carry, by name.
std::vector<TagCount> tags_of_config(pg::Connection& connection, std::string_view config_id);
int count_tag(pg::Connection& connection, std::string_view config_id, std::string_view tag);
void register_tags(pg::Transaction& transaction, std::string_view config_id, const std::vector<std::string>& tags);
// Nodes that carry it already stay as they are.
void add_tag(pg::Transaction& transaction, const std::vector<std::string>& node_ids, std::string_view tag);
// Sorted and without repeats, as it shall stand in the row.
void set_tags(pg::Transaction& transaction, std::string_view node_id, const std::vector<std::string>& tags);
void remove_tag(pg::Transaction& transaction, std::string_view node_id, std::string_view tag);
// From the registry and from every node; the nodes that carried it, in creation order.
std::vector<std::string> delete_tag(pg::Transaction& transaction, std::string_view config_id, std::string_view tag);
// Those of the ids that are no nodes of the config, in order.
std::vector<std::string> ids_outside(pg::Connection& connection, std::string_view config_id,
                                     const std::vector<std::string>& node_ids);

}  // namespace loomgate::store
