// SPDX-License-Identifier: Apache-2.0
// What agents reported (spec mqtt 15.4): the newest 20 of a node, shown in its control log as action `event`.
#pragma once

#include <string>
#include <vector>

#include "sql/pg/transaction.h"

namespace loomgate::store {

struct AgentEvent {
  std::string config_id;
  std::string node_id;
  std::string request_id;  // of the command it belongs to; a fresh one is made when empty
  std::string event;
  std::string summary;
  std::string detail;
};

// In order, with one control.log.created change each; older rows of the same nodes go.
void add_agent_events(pg::Transaction& transaction, const std::vector<AgentEvent>& events);

}  // namespace loomgate::store
