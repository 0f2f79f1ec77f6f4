// SPDX-License-Identifier: Apache-2.0
// The tunnel protocol of a config and everything that follows from it, for its row and for the rows of its nodes (spec
// http-api 6.2, domain 2.4). Everything is decided and checked before anything is written.
#pragma once

#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/projections/config_view.h"
#include "daemon/services/config_write.h"
#include "sql/pg/transaction.h"

namespace loomgate::services {

// Of a new config.
void set_tunnel(const ConfigWrite& write, domain::Config& config);

struct TunnelSwitch {
  std::vector<domain::Node> changed_nodes;  // with their new values
  bool clears_nodes = false;                // AmneziaWG was left: all nodes lose their values
  std::vector<projections::Adjustment> adjustments;
};
// Puts protocol, version, values and the protocol before into `config`. `before` has its header protection key opened.
// INVALID_TUNNEL_PROTOCOL and INVALID_AWG_*. Reads the nodes of a config that is, or becomes, AmneziaWG: one statement.
TunnelSwitch switch_tunnel(pg::Connection& connection, const ConfigWrite& write, const domain::Config& before,
                           domain::Config& config);
// Writes the nodes: one statement.
void write_tunnel(pg::Transaction& transaction, const domain::Config& config, const TunnelSwitch& tunnel);

}  // namespace loomgate::services
