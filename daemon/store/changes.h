// SPDX-License-Identifier: Apache-2.0
// What a browser may want to know: rows of `changes`, written through the transaction of the change itself. A trigger
// wakes the readers after commit. Ids only: the reader builds the event from what is true when it reads.
#pragma once

#include <string>
#include <vector>

#include "sql/pg/transaction.h"

namespace loomgate::store {

// Types: config.list, config.overview, node.workspace, node.apply, mesh.workspace, endpoint.status, runtime.snapshot,
// control.log.created, control.log.updated, settings.mqtt, snapshot.list, system.status. Unused ids stay empty.
struct Change {
  std::string type;
  std::string config_id;
  std::string node_id;
  std::string ref;  // for example the id of a control log
};

// One statement for all of them, in order.
void add_changes(pg::Transaction& transaction, const std::vector<Change>& changes);

}  // namespace loomgate::store
