// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/audit.h"

namespace loomgate::store {
namespace {

const pg::Statement kAddAudit{
    "add_audit", pg::Access::kWrite,
    "INSERT INTO audit_log (actor_kind, actor, action, config_id, node_id, target, summary, request_id) "
    "VALUES ($1, $2, $3, nullif($4, ''), nullif($5, ''), $6, $7, $8)"};

}  // namespace

void add_audit(pg::Transaction& transaction, const domain::Actor& actor, const AuditEntry& entry) {
  transaction.exec(kAddAudit, pg::params(actor.kind, actor.name, entry.action, entry.config_id, entry.node_id,
                                         entry.target, entry.summary, actor.request_id));
}

}  // namespace loomgate::store
