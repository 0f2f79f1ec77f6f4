// SPDX-License-Identifier: Apache-2.0
// Applies signals that no agent spoke (spec domain 9.2) to the nodes they name, in order, and writes what changed.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/presence.h"
#include "sql/pg/transaction.h"

namespace loomgate::agents {

void apply_signals(pg::Transaction& transaction, const std::vector<std::pair<std::string, domain::Signal>>& signals);

}  // namespace loomgate::agents
