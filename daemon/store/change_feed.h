// SPDX-License-Identifier: Apache-2.0
// Reading `changes` without a gap. Ids are given before transactions commit, so they are no cursor: a lower one may appear
// after a higher one was read. Transactions are: everything below the horizon has ended and is visible for good.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "daemon/store/changes.h"
#include "sql/pg/connection.h"

namespace loomgate::store {

using TransactionId = std::uint64_t;  // grows; never wraps

// The oldest transaction that may still be running. Read it before changes_from(), and go on from it the next time.
TransactionId change_horizon(pg::Connection& connection);

struct CommittedChanges {
  std::vector<Change> things;               // each once, in no order
  std::vector<TransactionId> transactions;  // from the horizon on
};

// What transactions from `first` on have committed, except those named. However long nobody read, it is as much as there are
// things that changed.
CommittedChanges changes_from(pg::Connection& connection, TransactionId first, TransactionId horizon,
                              const std::vector<TransactionId>& except);

// What transactions from `first` on have committed, each thing once: of those before `end` and of those
// named in `also`, but not of those in `except`. At most `limit` things.
std::vector<Change> things_changed(pg::Connection& connection, TransactionId first, TransactionId end,
                                   const std::vector<TransactionId>& also, const std::vector<TransactionId>& except,
                                   int limit);

// The oldest row that is kept; nullopt for none. Who saw less than everything before it has a gap.
std::optional<TransactionId> oldest_change(pg::Connection& connection);

}  // namespace loomgate::store
