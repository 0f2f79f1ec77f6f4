// SPDX-License-Identifier: Apache-2.0
// The AmneziaWG columns of configs and nodes: how they are read from a row and handed to a statement. The order is the one
// of the column lists in configs_statements.cpp and nodes_statements.cpp.
#pragma once

#include <string_view>

#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "sql/pg/params.h"
#include "sql/pg/result.h"

namespace loomgate::store {

crypto::SealedPlace header_key_place(std::string_view config_id);

// The header protection key stays sealed.
domain::AwgShared read_shared_awg(pg::RowReader& reader);
domain::AwgNode read_node_awg(pg::RowReader& reader);

// A key among the options is sealed for this config; one that was never opened is written as it was read.
void add_shared_awg(pg::Params& params, const crypto::Sealer& sealer, std::string_view config_id,
                    const domain::AwgShared& awg);
void add_node_awg(pg::Params& params, const domain::AwgNode& awg);

}  // namespace loomgate::store
