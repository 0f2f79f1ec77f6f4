// SPDX-License-Identifier: Apache-2.0
// What one term of leadership does, without its threads and its MQTT session: takes in what agents say, carries
// commands and questions to an outlet, follows broker sessions, and runs the jobs of the conversation when they are
// due. Time comes from outside, so that a recorded conversation can be replayed in no time.
//
// Threads: take(), published() and connected() on the link's thread, work() on the worker's, next() on either.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "daemon/agents/catch_up.h"
#include "daemon/agents/courier.h"
#include "daemon/agents/every.h"
#include "daemon/agents/inbox.h"
#include "daemon/agents/outlet.h"
#include "daemon/agents/presence_clock.h"
#include "daemon/agents/prober.h"
#include "daemon/agents/settings.h"
#include "daemon/agents/tally.h"
#include "daemon/base/time.h"
#include "daemon/crypto/sealer.h"
#include "sql/pg/pool.h"

namespace loomgate::agents {

struct DeskParts {
  pg::Pool& pool;
  const crypto::Sealer& sealer;
  std::string owner;  // of the leases: this term and no other
  AgentTimings timings;
  Clock clock;            // the database's time
  MonotonicClock steady;  // what intervals are measured with
  Tally& tally;
};

class Desk {
 public:
  // What an earlier leader held is ours now.
  explicit Desk(DeskParts parts);

  // As LinkHandlers::on_batch: true once everything is committed.
  bool take(const std::vector<Incoming>& batch);
  void published(const PublishResult& result);
  // The session is up: what had queued up at the broker comes in now.
  void connected() { connected_at_ = parts_.steady(); }

  // One round of everything that is due. True when more is due at once.
  bool work(Outlet& outlet);
  // When a device that came back is to be offered what it missed.
  std::optional<CatchUp::Time> next() const { return catch_up_.next(); }

 private:
  void offer(const std::vector<std::string>& node_ids);
  void expire();
  void sweep();

  DeskParts parts_;
  store::Deadlines deadlines_;
  CatchUp catch_up_;
  Courier courier_;
  PresenceClock presence_;
  Prober prober_;
  Inbox inbox_;
  std::atomic<Every::Time> connected_at_{Every::Time{}};
  Every commands_tick_, broker_tick_, ttl_tick_, sweep_tick_, detect_tick_, comparison_tick_;
};

}  // namespace loomgate::agents
