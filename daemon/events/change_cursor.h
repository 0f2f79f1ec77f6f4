// SPDX-License-Identifier: Apache-2.0
// A place in the deployment's changes: everything before it has been read. A transaction that takes long holds the place
// back but not what others commit meanwhile; those are remembered, so that they are read once. Not thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "daemon/store/change_feed.h"

namespace loomgate::events {

inline constexpr std::size_t kMostMissed = 5000;

class ChangeCursor {
 public:
  bool is_set() const { return position_.has_value(); }
  void reset();
  // From now on.
  void start(pg::Connection& connection);
  // What was committed since the last read. Only when set.
  std::vector<store::Change> read(pg::Connection& connection);
  // How far a reader is: everything before the position, and these later transactions.
  struct Place {
    store::TransactionId position = 0;
    std::vector<store::TransactionId> read_ahead;
  };
  Place place() const { return {position(), read_ahead_}; }
  // All that a reader who is there has not seen, up to what was read last; each thing once. When
  // changes as old as that were dropped already, or more than kMostMissed things changed, what tells it to read anew: the
  // lists, and every config with the state of its nodes.
  std::vector<store::Change> missed_since(pg::Connection& connection, const Place& seen) const;
  store::TransactionId position() const { return position_.value_or(0); }

 private:
  std::vector<store::Change> advance(pg::Connection& connection, store::TransactionId from);

  std::optional<store::TransactionId> position_;
  std::vector<store::TransactionId> read_ahead_;  // sorted; from the position on
};

}  // namespace loomgate::events
