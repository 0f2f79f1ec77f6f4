// SPDX-License-Identifier: Apache-2.0
// The AmneziaWG columns of many nodes at once, for a write of their config: one statement, however many nodes. The caller
// holds the config's row.
#pragma once

#include <string_view>
#include <vector>

#include "daemon/domain/entities.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

// Writes `awg` of each node, and nothing else of it.
void write_node_awg(pg::Transaction& transaction, const std::vector<domain::Node>& nodes);
// Empties the columns of every node of the config; rows that are empty stay as they are.
void clear_node_awg(pg::Transaction& transaction, std::string_view config_id);

}  // namespace loomgate::store
