// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/change_feed.h"

namespace loomgate::store {
namespace {

const pg::Statement kHorizon{"change_horizon", pg::Access::kRead,
                             "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"};
// Rows without a transaction are things, the others transactions.
const pg::Statement kChangesFrom{
    "changes_from", pg::Access::kRead,
    "WITH fresh AS MATERIALIZED (SELECT tx, type, coalesce(config_id, '') AS config_id, coalesce(node_id, '') AS node_id, "
    "coalesce(ref, '') AS ref FROM changes WHERE tx >= ($1::bigint)::text::xid8 AND tx::text::bigint <> ALL ($3::bigint[])) "
    "SELECT DISTINCT NULL::bigint, type, config_id, node_id, ref FROM fresh UNION ALL "
    "SELECT DISTINCT tx::text::bigint, '', '', '', '' FROM fresh WHERE tx >= ($2::bigint)::text::xid8"};
const pg::Statement kThingsChanged{
    "things_changed", pg::Access::kRead,
    "SELECT DISTINCT type, coalesce(config_id, ''), coalesce(node_id, ''), coalesce(ref, '') FROM changes "
    "WHERE tx >= ($1::bigint)::text::xid8 AND (tx < ($2::bigint)::text::xid8 OR tx::text::bigint = ANY ($3::bigint[])) "
    "AND tx::text::bigint <> ALL ($4::bigint[]) LIMIT $5"};
const pg::Statement kOldestChange{"oldest_change", pg::Access::kRead,
                                  "SELECT tx::text::bigint FROM changes ORDER BY tx LIMIT 1"};

Change read_change(pg::RowReader& reader) {
  Change change;
  change.type = reader.next<std::string>();
  change.config_id = reader.next<std::string>();
  change.node_id = reader.next<std::string>();
  change.ref = reader.next<std::string>();
  return change;
}

}  // namespace

TransactionId change_horizon(pg::Connection& connection) {
  return static_cast<TransactionId>(connection.exec(kHorizon)[0].get<std::int64_t>(0));
}

CommittedChanges changes_from(pg::Connection& connection, TransactionId first, TransactionId horizon,
                              const std::vector<TransactionId>& except) {
  const std::vector<std::int64_t> known(except.begin(), except.end());
  CommittedChanges changes;
  for (const auto row : connection.exec(kChangesFrom, pg::params(static_cast<std::int64_t>(first),
                                                                 static_cast<std::int64_t>(horizon), known))) {
    pg::RowReader reader(row);
    if (const auto transaction = reader.next<std::optional<std::int64_t>>()) {
      changes.transactions.push_back(static_cast<TransactionId>(*transaction));
    } else {
      changes.things.push_back(read_change(reader));
    }
  }
  return changes;
}

std::vector<Change> things_changed(pg::Connection& connection, TransactionId first, TransactionId end,
                                   const std::vector<TransactionId>& also, const std::vector<TransactionId>& except,
                                   int limit) {
  const std::vector<std::int64_t> named(also.begin(), also.end()), known(except.begin(), except.end());
  std::vector<Change> changes;
  for (const auto row : connection.exec(kThingsChanged, pg::params(static_cast<std::int64_t>(first),
                                                                   static_cast<std::int64_t>(end), named, known, limit))) {
    pg::RowReader reader(row);
    changes.push_back(read_change(reader));
  }
  return changes;
}

std::optional<TransactionId> oldest_change(pg::Connection& connection) {
  const auto rows = connection.exec(kOldestChange);
  if (rows.empty()) return std::nullopt;
  return static_cast<TransactionId>(rows[0].get<std::int64_t>(0));
}

}  // namespace loomgate::store
