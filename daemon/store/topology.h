// SPDX-License-Identifier: Apache-2.0
// How many topology errors configs have (spec domain 4.10), counted by the database and kept until a node or link that counts
// changes, so that lists and writes that change none of them cost nothing. The sentences come from
// domain::validate_topology, which agrees with these numbers (tested).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/topology.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

// Configs without errors may be left out. At most two statements.
std::map<std::string, int> topology_error_counts(pg::Connection& connection, const std::vector<std::string>& config_ids);
// What those sentences are made of, by config; nodes in creation order, groups oldest first, disabled ones too. A config
// without nodes is not in the answer. Two statements, however many configs there are.
std::map<std::string, domain::Topology> load_topologies(pg::Connection& connection,
                                                        const std::vector<std::string>& config_ids);
// Those of the configs that have an enabled link group.
std::set<std::string> linked_configs(pg::Connection& connection, const std::vector<std::string>& config_ids);
// The caller holds the config's row. Keeps the count when nothing is kept.
bool topology_is_valid(pg::Transaction& transaction, const std::string& config_id);

}  // namespace loomgate::store
