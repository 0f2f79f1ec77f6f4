// SPDX-License-Identifier: Apache-2.0
// How long rows are kept that only tell of the past, and their end (docs/database.md). What belongs to a node goes with it
// or is trimmed where it is written; this is about the rest.
#pragma once

#include <chrono>
#include <cstdint>

#include "sql/pg/transaction.h"

namespace loomgate::store {

using Days = std::chrono::duration<std::int64_t, std::ratio<86400>>;

// Zero days: for ever.
struct Retention {
  Days audit{400};   // who changed what
  Days brokers{30};  // ended sessions; brokers that are not heard of any more, with theirs
  Days parked{30};   // work for brokers that could not be done
};

// Changes and the last bulk download are kept for an hour, whatever is set: a browser that was away longer reads everything
// anew.
//
// Drops what is older, a few thousand rows of each kind. True when more is due. Does nothing while another daemon is at it.
bool drop_old_rows(pg::Transaction& transaction, const Retention& retention);

}  // namespace loomgate::store
