// SPDX-License-Identifier: Apache-2.0
// The commands that Loomgate adds to nodes (spec domain 7.2), for their texts and for what clients see of them.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/domain/managed_hooks.h"
#include "sql/pg/connection.h"

namespace loomgate::projections {

// By node id; nodes without hooks are missing.
using HooksByNode = std::unordered_map<std::string, domain::ManagedHooks>;

// One statement, however many nodes.
HooksByNode managed_hooks(pg::Connection& connection, const std::vector<std::string>& node_ids);

}  // namespace loomgate::projections
