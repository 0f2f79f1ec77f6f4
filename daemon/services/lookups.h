// SPDX-License-Identifier: Apache-2.0
// Rows that a use case cannot go on without: each function returns the row or throws the contract's 404, 400 or 409.
#pragma once

#include <string>
#include <string_view>

#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "sql/pg/transaction.h"

namespace loomgate::services {

domain::Config require_config(pg::Connection& connection, std::string_view config_id);
// Also holds the config's row, so that writers of one config are serialized.
domain::Config require_locked_config(pg::Transaction& transaction, std::string_view config_id);
domain::Node require_node(pg::Connection& connection, std::string_view node_id, const crypto::Sealer* sealer = nullptr);
// NODE_NOT_FOUND, then NODE_CONFIG_MISMATCH.
domain::Node require_node_of(pg::Connection& connection, const domain::Config& config, std::string_view node_id,
                             const crypto::Sealer* sealer = nullptr);
// Then NODE_DISABLED (409).
domain::Node require_enabled_node_of(pg::Connection& connection, const domain::Config& config, std::string_view node_id,
                                     const crypto::Sealer* sealer = nullptr);

}  // namespace loomgate::services
