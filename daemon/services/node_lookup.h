// SPDX-License-Identifier: Apache-2.0
// The checks that every use case on one node of one config starts with.
#pragma once

#include <string_view>

#include "daemon/domain/entities.h"
#include "sql/pg/transaction.h"

namespace loomgate::services {

struct NodeOfConfig {
  domain::Config config;
  domain::Node node;  // without its private key
};

// Holds the config's row until the transaction ends. CONFIG_NOT_FOUND, NODE_NOT_FOUND, NODE_CONFIG_MISMATCH.
NodeOfConfig lock_node_of_config(pg::Transaction& transaction, std::string_view config_id, std::string_view node_id);
NodeOfConfig find_node_of_config(pg::Connection& connection, std::string_view config_id, std::string_view node_id);

}  // namespace loomgate::services
