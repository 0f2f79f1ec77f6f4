// SPDX-License-Identifier: Apache-2.0
// Asks agents whether they are there (spec mqtt 5.5, 15): a round every two minutes while somebody looks at the
// console, and single questions at any time. No answer in time, or nobody subscribed at the broker, is a detect
// timeout.
//
// Threads: as Courier: published() on the link's thread, the rest on the worker's.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "daemon/agents/outlet.h"
#include "daemon/base/time.h"
#include "plugin/base/guarded.h"
#include "sql/pg/pool.h"

namespace loomgate::agents {

class Prober {
 public:
  // Tickets with this bit are the prober's, others the courier's.
  static constexpr std::uint64_t kTicketBit = std::uint64_t{1} << 63;

  // Answers are waited for by `steady`, so that a clock that is set ends no question.
  Prober(pg::Pool& pool, std::chrono::milliseconds timeout, Clock clock, MonotonicClock steady)
      : pool_(pool), timeout_(timeout), clock_(std::move(clock)), steady_(std::move(steady)) {}

  // Once, before anything else: what an earlier leader asked is waited for from now on.
  void take_over();
  // Asks every node that listens, if any daemon serves an event stream.
  void start_round();
  // True when more is due than could be handed over now.
  bool pump(Outlet& outlet);
  // What the broker said of the questions: those that reached nobody end at once.
  void settle();
  // Ends those that nobody answered in time.
  void expire();
  void published(const PublishResult& result);

 private:
  void end(const std::vector<std::string>& lost, const std::vector<std::string>& unsent);

  pg::Pool& pool_;
  const std::chrono::milliseconds timeout_;
  Clock clock_;
  MonotonicClock steady_;
  std::map<std::string, std::chrono::steady_clock::time_point> waiting_;  // since when, by request id
  std::uint64_t last_ticket_ = kTicketBit;
  std::map<std::uint64_t, std::string> underway_;  // request ids by ticket
  Guarded<std::vector<PublishResult>> results_;
};

}  // namespace loomgate::agents
