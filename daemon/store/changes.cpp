// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/changes.h"

namespace loomgate::store {
namespace {

const pg::Statement kAddChanges{"add_changes", pg::Access::kWrite,
                                "INSERT INTO changes (type, config_id, node_id, ref) "
                                "SELECT c.type, nullif(c.config_id, ''), nullif(c.node_id, ''), nullif(c.ref, '') "
                                "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS c "
                                "(type, config_id, node_id, ref, n) "
                                "ORDER BY c.n"};

}  // namespace

void add_changes(pg::Transaction& transaction, const std::vector<Change>& changes) {
  if (changes.empty()) return;
  std::vector<std::string> types, config_ids, node_ids, refs;
  for (const auto& change : changes) {
    types.push_back(change.type);
    config_ids.push_back(change.config_id);
    node_ids.push_back(change.node_id);
    refs.push_back(change.ref);
  }
  transaction.exec(kAddChanges, pg::params(types, config_ids, node_ids, refs));
}

}  // namespace loomgate::store
