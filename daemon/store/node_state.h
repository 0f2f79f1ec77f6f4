// SPDX-License-Identifier: Apache-2.0
// Desired, staged and confirmed layers of a node's text (spec domain 8). Each text stands once in node_texts, sealed and
// named by its SHA-256; the layers, and commands that push it, refer to it by that name. All writers are set-based.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

struct NodeText {
  std::string node_id;
  std::string sha256;
  std::string text;
};

std::optional<domain::NodeConfigState> find_node_state(pg::Connection& connection, std::string_view node_id);
std::vector<domain::NodeConfigState> node_states(pg::Connection& connection, const std::vector<std::string>& node_ids);
// nullopt when the node has no such text (any more).
std::optional<std::string> find_node_text(pg::Connection& connection, const crypto::Sealer& sealer,
                                          std::string_view node_id, std::string_view sha256);

// Before anything is written to the state of these nodes, or staged in this config: locks their rows of node_runtime, and
// those of nodes that wait to be staged, by node id. Everybody locks node_runtime, commands, node_config_state in this
// order.
void lock_runtime(pg::Transaction& transaction, std::string_view config_id, const std::vector<std::string>& node_ids);

// Stores the texts and makes them desired; desired_version grows by one. The caller passes only texts that changed.
void set_desired(pg::Transaction& transaction, const crypto::Sealer& sealer, const std::vector<NodeText>& texts);
// Makes the desired text staged at every enabled auto-sync node of the config where it differs. Versions only grow.
// Returns the nodes whose staged text changed, sorted.
std::vector<std::string> stage_desired(pg::Transaction& transaction, std::string_view config_id);
// Stores the texts and makes them staged, at max(staged, desired) + 1 where the hash differs from the staged one; rows that
// already hold the text stay as they are. An empty text means that nothing is staged any more: its hash is empty, so it is
// never pushed. Returns the nodes whose staged text changed, sorted.
std::vector<std::string> set_staged(pg::Transaction& transaction, const crypto::Sealer& sealer,
                                    const std::vector<NodeText>& texts);
// Runtime rows of these nodes after a refresh (spec domain 8.2 steps 2 and 5). Rows that already say so stay as they are.
// The peers of enabled nodes, and the disabled values of 2.8 for the others:
void refresh_peer_counts(pg::Transaction& transaction, const std::vector<std::string>& node_ids, bool mqtt_enabled);
// and config_sync_state of enabled nodes, from what is desired and staged.
void refresh_sync_states(pg::Transaction& transaction, const std::vector<std::string>& node_ids);
// Deletes texts of these nodes that no layer and no open command refers to.
void collect_texts(pg::Transaction& transaction, const std::vector<std::string>& node_ids);

}  // namespace loomgate::store
