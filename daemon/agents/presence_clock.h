// SPDX-License-Identifier: Apache-2.0
// Presence that no agent speaks of: sessions that brokers opened and ended, brokers that fell silent, agents that have
// not been heard of for too long (spec mqtt 15.3, domain 9.3). Used by the leader's worker thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "daemon/base/time.h"
#include "daemon/domain/presence.h"
#include "daemon/store/broker_sessions.h"
#include "sql/pg/pool.h"

namespace loomgate::agents {

class PresenceClock {
 public:
  PresenceClock(pg::Pool& pool, Clock clock) : pool_(pool), clock_(std::move(clock)) {}

  // Folds what brokers recorded since the last time.
  void follow_sessions();
  // Ends the sessions of brokers whose heartbeat has not moved while this object watched them for kBrokerSilence. How
  // old a heartbeat looks says nothing: after an outage of the database, or a jump of its clock, every one is old. To
  // be called more often than every kLongestGap; a longer gap starts the watch anew.
  void end_silent_brokers(std::chrono::steady_clock::time_point now);
  void expire_reachable();
  // Puts right what was shown because of messages that were read late. `after_absence`: also agents that are shown as gone
  // while a broker holds their session. That is so only for a while after a daemon came back to what had queued up; at
  // other times an agent that says that it goes is believed.
  void compare_with_brokers(bool after_absence);

  static constexpr std::chrono::seconds kBrokerSilence{30};
  static constexpr std::chrono::seconds kLongestGap{15};

 private:
  struct Watched {
    store::BrokerBeat beat;
    std::chrono::steady_clock::time_point since;
  };

  pg::Pool& pool_;
  Clock clock_;
  std::map<std::string, Watched> watched_;  // by broker
  std::chrono::steady_clock::time_point last_look_{};
};

}  // namespace loomgate::agents
