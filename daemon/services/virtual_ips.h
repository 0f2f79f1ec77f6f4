// SPDX-License-Identifier: Apache-2.0
// Virtual IPs against the database: suggestion and validation (spec domain 3).
#pragma once

#include <string>
#include <string_view>

#include "daemon/domain/addresses.h"
#include "daemon/domain/entities.h"
#include "sql/pg/connection.h"

namespace loomgate::services {

// The first free address; INVALID_SUBNET, IP_POOL_EXHAUSTED.
std::string suggest_virtual_ip(pg::Connection& connection, const domain::Config& config);
// An empty exclude_node_id excludes nobody.
domain::AddressCheck check_virtual_ip(pg::Connection& connection, const domain::Config& config, std::string_view text,
                                      std::string_view exclude_node_id);
// INVALID_VIRTUAL_IP with the reason as message.
void require_virtual_ip(pg::Connection& connection, const domain::Config& config, const domain::Node& node);

}  // namespace loomgate::services
