// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/retention.h"

#include "daemon/store/config_packages.h"

namespace loomgate::store {
namespace {

constexpr std::int64_t kLockKey = 0x4C4F4F4D4B454550;  // any number that is only ours
constexpr std::int64_t kMostAtOnce = 5000;
constexpr std::chrono::seconds kChangesKept = std::chrono::hours(1);
// Of a daemon that ended without saying so.
constexpr std::chrono::seconds kListenersKept = std::chrono::hours(24);

const pg::Statement kTryKeepHouse{"try_keep_house", pg::Access::kWrite, "SELECT pg_try_advisory_xact_lock($1)"};

#define TOO_OLD "< now() - $1::bigint * interval '1 second' "

// The last transaction among them stays: it says up to where rows were dropped, so that who saw more has no gap.
const pg::Statement kDropOldChanges{
    "drop_old_changes", pg::Access::kWrite,
    "DELETE FROM changes WHERE id IN (SELECT id FROM changes WHERE at " TOO_OLD "AND tx < "
    "(SELECT tx FROM changes WHERE at " TOO_OLD "ORDER BY tx DESC LIMIT 1) ORDER BY at LIMIT $2)"};

const pg::Statement kDropOldAudit{
    "drop_old_audit", pg::Access::kWrite,
    "DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE at " TOO_OLD "ORDER BY at LIMIT $2)"};

const pg::Statement kDropParked{
    "drop_parked", pg::Access::kWrite,
    "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE parked_at " TOO_OLD "ORDER BY id LIMIT $2)"};

const pg::Statement kDropEndedSessions{
    "drop_ended_sessions", pg::Access::kWrite,
    "DELETE FROM broker_sessions WHERE (broker_id, client_id) IN (SELECT broker_id, client_id FROM broker_sessions "
    "WHERE ended_at " TOO_OLD "AND NOT unseen LIMIT $2)"};

// Their open sessions were ended when they fell silent.
const pg::Statement kDropSilentBrokers{
    "drop_silent_brokers", pg::Access::kWrite,
    "DELETE FROM brokers b WHERE id IN (SELECT id FROM brokers WHERE heartbeat_at " TOO_OLD "LIMIT $2) "
    "AND NOT EXISTS (SELECT FROM broker_sessions s WHERE s.broker_id = b.id AND (s.ended_at IS NULL OR s.unseen))"};

const pg::Statement kDropOldListeners{
    "drop_old_listeners", pg::Access::kWrite,
    "DELETE FROM event_listeners WHERE instance IN (SELECT instance FROM event_listeners WHERE seen_at " TOO_OLD "LIMIT $2)"};

struct Kind {
  const pg::Statement& drop;
  std::chrono::seconds kept;
};

}  // namespace

bool drop_old_rows(pg::Transaction& transaction, const Retention& retention) {
  if (!transaction.exec(kTryKeepHouse, pg::params(kLockKey))[0].get<bool>(0)) return false;
  drop_old_config_package(transaction);
  const Kind kinds[] = {{kDropOldChanges, kChangesKept},          {kDropOldListeners, kListenersKept},
                        {kDropOldAudit, retention.audit},         {kDropParked, retention.parked},
                        {kDropEndedSessions, retention.brokers},  {kDropSilentBrokers, retention.brokers}};
  bool more = false;
  for (const auto& [drop, kept] : kinds) {
    if (kept.count() == 0) continue;
    more |= transaction.exec(drop, pg::params(std::int64_t{kept.count()}, kMostAtOnce)).affected() == kMostAtOnce;
  }
  return more;
}

}  // namespace loomgate::store
