// SPDX-License-Identifier: Apache-2.0
// Presence that no agent speaks of: sessions that brokers opened and ended, brokers that fell silent, agents that have
// not been heard of for too long (spec mqtt 15.3, domain 9.3). Used by the leader's worker thread.
#pragma once

#include <chrono>
#include <functional>

#include "daemon/base/time.h"
#include "daemon/domain/presence.h"
#include "sql/pg/pool.h"

namespace loomgate::agents {

class PresenceClock {
 public:
  PresenceClock(pg::Pool& pool, Clock clock) : pool_(pool), clock_(std::move(clock)) {}

  // Folds what brokers recorded since the last time.
  void follow_sessions();
  // Ends the sessions of brokers without a heartbeat for kBrokerSilence. Only for a leader that could have seen one for
  // as long: after an outage of the database every heartbeat is old.
  void end_silent_brokers();
  void expire_reachable();
  // Puts right what was shown because of messages that were read late. `after_absence`: also agents that are shown as gone
  // while a broker holds their session. That is so only for a while after a daemon came back to what had queued up; at
  // other times an agent that says that it goes is believed.
  void compare_with_brokers(bool after_absence);

  static constexpr std::chrono::seconds kBrokerSilence{30};

 private:
  pg::Pool& pool_;
  Clock clock_;
};

}  // namespace loomgate::agents
