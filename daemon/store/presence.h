// SPDX-License-Identifier: Apache-2.0
// What node_runtime says of agents (spec domain 1.7, 1.8, 9), read with a lock, folded by daemon/domain/presence.h and
// written back, many nodes at a time.
#pragma once

#include <string>
#include <vector>

#include "daemon/domain/presence.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

struct NodePresence {
  std::string node_id;
  std::string config_id;
  domain::Standing standing;
  domain::PresenceState state;
};

// Unknown ids are left out. The rows stay locked until the end of the transaction, in the order of their ids.
std::vector<NodePresence> lock_presence(pg::Transaction& transaction, const std::vector<std::string>& node_ids);
// Writes the columns that agents and brokers decide about, and one endpoint.status change for each node. Peers and the
// sync state belong to the refresh and are left alone.
void save_presence(pg::Transaction& transaction, const std::vector<NodePresence>& nodes);
// Enabled, dynamic, bound nodes that count as reachable and were last heard of before this time.
std::vector<std::string> silent_nodes(pg::Connection& connection, Timestamp heard_before);
// What an agent said of itself in a detect ACK; empty texts keep what is stored.
void save_client_facts(pg::Transaction& transaction, std::string_view node_id, std::string_view platform,
                       std::string_view version);

}  // namespace loomgate::store
