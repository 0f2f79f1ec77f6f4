// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/change_cursor.h"

#include <algorithm>

#include "daemon/store/configs.h"

namespace loomgate::events {
namespace {

std::vector<store::Change> everything(pg::Connection& connection) {
  std::vector<store::Change> changes{{"system.status", "", "", ""}, {"config.list", "", "", ""}, {"snapshot.list", "", "", ""}};
  for (const auto& config : store::all_configs(connection)) {
    changes.push_back({"config.overview", config.id, "", ""});
    changes.push_back({"runtime.snapshot", config.id, "", ""});
  }
  return changes;
}

}  // namespace

void ChangeCursor::reset() {
  position_.reset();
  read_ahead_.clear();
}

void ChangeCursor::start(pg::Connection& connection) {
  reset();
  advance(connection, store::change_horizon(connection));
}

std::vector<store::Change> ChangeCursor::read(pg::Connection& connection) {
  return advance(connection, *position_);
}

std::vector<store::Change> ChangeCursor::advance(pg::Connection& connection, store::TransactionId from) {
  // The horizon first: what ends between the two statements is read by the second one, or the next time.
  const auto horizon = store::change_horizon(connection);
  auto changes = store::changes_from(connection, from, horizon, read_ahead_);
  read_ahead_.insert(read_ahead_.end(), changes.transactions.begin(), changes.transactions.end());
  std::sort(read_ahead_.begin(), read_ahead_.end());
  read_ahead_.erase(std::unique(read_ahead_.begin(), read_ahead_.end()), read_ahead_.end());
  read_ahead_.erase(read_ahead_.begin(), std::lower_bound(read_ahead_.begin(), read_ahead_.end(), horizon));
  position_ = horizon;
  return std::move(changes.things);
}

std::vector<store::Change> ChangeCursor::missed_since(pg::Connection& connection,
                                                      const Place& seen) const {
  const auto position = seen.position;
  if (position > this->position()) return everything(connection);  // of another database, or made up
  auto changes = store::things_changed(connection, position, this->position(), read_ahead_, seen.read_ahead,
                                       int{kMostMissed} + 1);
  // Asked for afterwards: rows may be dropped at any time.
  const auto oldest = store::oldest_change(connection);
  const bool has_gap = position < this->position() && (!oldest || *oldest > position);
  return has_gap || changes.size() > kMostMissed ? everything(connection) : changes;
}

}  // namespace loomgate::events
