// SPDX-License-Identifier: Apache-2.0
// The config texts of nodes from what the database says now (spec domain 6.1, 6.2): what refresh stores, sync stages and
// wg-preview shows. Four statements, however many nodes.
#pragma once

#include <vector>

#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "daemon/store/node_state.h"
#include "sql/pg/connection.h"

namespace loomgate::projections {

// The nodes are enabled nodes of this config with their private keys opened. Texts in the order of the nodes.
std::vector<store::NodeText> render_texts(pg::Connection& connection, const crypto::Sealer& sealer,
                                          const domain::Config& config, const std::vector<domain::Node>& nodes);

}  // namespace loomgate::projections
