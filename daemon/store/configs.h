// SPDX-License-Identifier: Apache-2.0
// Rows of configs (spec domain 1.1). A header protection key is read as it is stored, sealed; store/header_key.h opens it.
// The writer of anything that belongs to a config locks its row first, so writers of one
// config are serialized and different configs never wait for each other. Every function throws pg::DatabaseError.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

std::vector<domain::Config> all_configs(pg::Connection& connection);  // newest first
std::optional<domain::Config> find_config(pg::Connection& connection, std::string_view config_id);
// As find_config, and holds the row until the transaction ends.
std::optional<domain::Config> lock_config(pg::Transaction& transaction, std::string_view config_id);
// Locks the config that the node, or the link group, belongs to.
std::optional<domain::Config> lock_config_of_node(pg::Transaction& transaction, std::string_view node_id);
std::optional<domain::Config> lock_config_of_group(pg::Transaction& transaction, std::string_view group_id);
std::optional<domain::Config> lock_config_of_forward(pg::Transaction& transaction, std::string_view rule_id);

// Both fill created_at, updated_at and the canonical form of virtual_subnet, and seal a header protection key that stands
// in the options.
void insert_config(pg::Transaction& transaction, const crypto::Sealer& sealer, domain::Config& config);
void update_config(pg::Transaction& transaction, const crypto::Sealer& sealer, domain::Config& config);
bool delete_config(pg::Transaction& transaction, std::string_view config_id);
// The config counts as changed when its nodes change.
void touch_config(pg::Transaction& transaction, std::string_view config_id);
// Configs whose bound dynamic nodes have all confirmed a text of the present protocol need not name the one before it any
// more (spec domain 8.5). Configs that somebody is writing are left for the next time. Returns how many forgot.
int forget_previous_protocols(pg::Transaction& transaction);

}  // namespace loomgate::store
