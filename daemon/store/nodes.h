// SPDX-License-Identifier: Apache-2.0
// Rows of nodes (spec domain 1.2) and the rows every node owns from its first day: node_config_state, node_clients and
// node_runtime. Private keys are sealed on their way in and opened only for a caller that hands over a Sealer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "daemon/domain/tunnel_text.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

// Without a sealer private_key stays empty.
std::optional<domain::Node> find_node(pg::Connection& connection, std::string_view node_id,
                                      const crypto::Sealer* sealer = nullptr);
// In creation order.
std::vector<domain::Node> nodes_of_config(pg::Connection& connection, std::string_view config_id,
                                          const crypto::Sealer* sealer = nullptr);
std::vector<domain::Node> nodes_by_id(pg::Connection& connection, const std::vector<std::string>& node_ids,
                                      const crypto::Sealer* sealer = nullptr);

// Those that are enabled, in no particular order.
std::vector<domain::PeerNode> enabled_peers(pg::Connection& connection, const std::vector<std::string>& node_ids);

std::vector<std::string> node_ids_of_config(pg::Connection& connection, std::string_view config_id);
// Nodes whose endpoint, or whose peers' endpoints, follow the config's default port (spec domain 2.4).
int count_nodes_on_default_port(pg::Connection& connection, std::string_view config_id);
// Who holds which virtual IP; disabled nodes too.
struct VirtualIp {
  std::string node_id;
  std::string node_name;
  std::string virtual_ip;
};
std::vector<VirtualIp> virtual_ips(pg::Connection& connection, std::string_view config_id);
// Those that hold this address (no prefix; a text that PostgreSQL takes as one).
std::vector<VirtualIp> holders_of_address(pg::Connection& connection, std::string_view config_id,
                                          std::string_view address);

// Writes the node and the rows it owns, registers its tags, fills created_at and updated_at.
void insert_node(pg::Transaction& transaction, const crypto::Sealer& sealer, domain::Node& node);
// Writes every column but id, config_id and created_at, registers the tags, fills updated_at.
void update_node(pg::Transaction& transaction, const crypto::Sealer& sealer, domain::Node& node);
bool delete_node(pg::Transaction& transaction, std::string_view node_id);

// What the agent side of a node is set back to (spec domain 2.8). `connectivity` is offline or unknown.
void reset_runtime(pg::Transaction& transaction, std::string_view node_id, std::string_view connectivity,
                   std::string_view reason);
// Forgets binding, credentials, bind token and presence, and what the agent had confirmed.
void reset_client(pg::Transaction& transaction, std::string_view node_id);
// Drops an open bind token and shows the agent as offline; the binding stays.
void drop_bind_token(pg::Transaction& transaction, std::string_view node_id);

}  // namespace loomgate::store
