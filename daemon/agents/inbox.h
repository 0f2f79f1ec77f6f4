// SPDX-License-Identifier: Apache-2.0
// Takes in what agents say, a batch in one transaction: presence, events, answers to commands (spec mqtt 4..7, 15).
//
// Every message is isolated. What cannot be read, comes from an unknown or unwelcome node, or names a command of
// somebody else is counted and dropped. When a batch cannot be handled as a whole, each message is handled behind a
// savepoint of its own, and only those whose content is refused are dropped. Handling is idempotent: a batch may come
// twice.
//
// Used by the link's thread only; the tally may be read by others.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemon/agents/batch.h"
#include "daemon/agents/mqtt_link.h"
#include "daemon/agents/tally.h"
#include "daemon/base/time.h"
#include "daemon/store/command_delivery.h"
#include "sql/pg/pool.h"

namespace loomgate::agents {

class Inbox {
 public:
  // returned(node ids): devices that came back and may have missed a push; called after the commit.
  using Returned = std::function<void(const std::vector<std::string>&)>;

  Inbox(pg::Pool& pool, store::Deadlines deadlines, Clock clock, Tally& tally, Returned returned);

  // True once everything is committed. False when PostgreSQL is away or cannot write now: nothing of the batch has
  // happened.
  bool take(const std::vector<Incoming>& batch);

 private:
  BatchOutcome handle(const std::vector<Upstream>& messages);

  pg::Pool& pool_;
  store::Deadlines deadlines_;
  Clock clock_;
  Tally& tally_;
  Returned returned_;
};

}  // namespace loomgate::agents
