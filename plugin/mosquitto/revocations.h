// SPDX-License-Identifier: Apache-2.0
// Sessions that must end because their principal lost access or has another credential. The table denies already; this
// ends the connection, from the broker's tick only: a client must never be kicked in a callback of its own, where its
// id is freed on the spot. Only sessions that are open are kicked (an offline durable one would tell its end again),
// and only those that began with an older credential (the client may be back already).
#pragma once

#include <vector>

#include "plugin/access/access_table.h"
#include "plugin/presence/session_book.h"

namespace loomgate::plugin {

class Revocations {
 public:
  void add(access::PrincipalKey principal) { waiting_.push_back(principal); }
  std::size_t waiting() const { return waiting_.size(); }

  // Works for 2 ms at most, so that a mass revocation does not hold up others; the rest waits for the next tick.
  // Kicking runs the DISCONNECT and will callbacks of that client before it returns. Gives the number of sessions
  // ended.
  int end_sessions(const access::AccessTable& table, const presence::SessionBook& sessions);

 private:
  std::vector<access::PrincipalKey> waiting_;
};

}  // namespace loomgate::plugin
