// SPDX-License-Identifier: Apache-2.0
// Who changed what. Written through the transaction of the change itself; never holds a secret.
#pragma once

#include <string>

#include "daemon/domain/entities.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

struct AuditEntry {
  std::string action;     // for example node.update
  std::string config_id;  // empty: none
  std::string node_id;
  std::string target;   // name or id of what was changed
  std::string summary;  // one short sentence
};

void add_audit(pg::Transaction& transaction, const domain::Actor& actor, const AuditEntry& entry);

}  // namespace loomgate::store
