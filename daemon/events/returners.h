// SPDX-License-Identifier: Apache-2.0
// Readers that came back with the id of the last event they saw. They are told what they missed, in portions that live
// events need not wait for, and are live readers after that. Not thread safe.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <vector>

#include "daemon/events/change_cursor.h"
#include "daemon/events/coalescer.h"
#include "daemon/events/pieces.h"

namespace loomgate::events {

class Returners {
 public:
  Returners(const ChangeCursor& cursor, const Coalescer& coalescer, const Pieces& pieces)
      : cursor_(cursor), coalescer_(coalescer), pieces_(pieces) {}

  bool empty() const { return groups_.empty(); }
  std::size_t size() const;
  void add(Member member, std::uint64_t seen);
  // Tells portions for as long as `time` says; gives those who have everything up to `told`, the place of the live readers.
  // After cursor and coalescer have taken in what is new, so that nothing is told twice.
  std::vector<Member> catch_up(pg::Connection& connection, std::uint64_t told, std::chrono::milliseconds time);
  void for_each(const std::function<void(Member&)>& act);
  void erase_if(const std::function<bool(const Member&)>& is_gone);

 private:
  // Those who saw the same: many come back at once when a daemon ends.
  struct Group {
    ChangeCursor::Place seen;
    std::vector<Member> members;
    std::vector<store::Change> missed;  // not told yet
    ChangeCursor::Place missed_until;

    void send(const SharedPiece& piece);
  };

  bool tell_missed(pg::Connection& connection, Group& group, std::uint64_t told);
  void read_missed(pg::Connection& connection, Group& group);

  const ChangeCursor& cursor_;
  const Coalescer& coalescer_;
  const Pieces& pieces_;
  std::deque<Group> groups_;
};

}  // namespace loomgate::events
