// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/desk.h"

#include <algorithm>
#include <utility>

#include "daemon/store/commands.h"
#include "daemon/store/configs.h"

namespace loomgate::agents {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBrokerCheck{5000};
constexpr milliseconds kComparison{500};
// How long after a connect what had queued up at the broker may still be being read.
constexpr std::chrono::seconds kBacklog{30};

// Often enough that a deadline is kept to a quarter.
milliseconds command_check(const AgentTimings& timings) {
  return milliseconds(std::min<std::int64_t>(1000, timings.control_deadline.count() / 4));
}

}  // namespace

Desk::Desk(DeskParts parts)
    : parts_(std::move(parts)),
      deadlines_{parts_.timings.control_deadline, parts_.timings.push_deadline},
      catch_up_(parts_.timings.catch_up_least, parts_.timings.catch_up_most),
      courier_(parts_.pool, parts_.sealer, parts_.owner, deadlines_, parts_.timings.pushes_per_second, parts_.clock),
      presence_(parts_.pool, parts_.clock),
      prober_(parts_.pool, parts_.timings.detect_timeout, parts_.clock, parts_.steady),
      inbox_(parts_.pool, deadlines_, parts_.clock, parts_.tally,
             [this](const std::vector<std::string>& node_ids) { catch_up_.add(node_ids, parts_.steady()); }),
      commands_tick_(command_check(parts_.timings), parts_.steady()),
      broker_tick_(kBrokerCheck, parts_.steady()),
      ttl_tick_(parts_.timings.ttl_interval, parts_.steady()),
      sweep_tick_(parts_.timings.sweep_interval, parts_.steady() + parts_.timings.catch_up_most),
      detect_tick_(parts_.timings.detect_interval, parts_.steady() + parts_.timings.detect_interval),
      comparison_tick_(kComparison, parts_.steady() + kComparison) {
  courier_.take_over();
  prober_.take_over();
}

bool Desk::take(const std::vector<Incoming>& batch) {
  return inbox_.take(batch);
}

void Desk::published(const PublishResult& result) {
  (result.ticket & Prober::kTicketBit) != 0 ? prober_.published(result) : courier_.published(result);
}

bool Desk::work(Outlet& outlet) {
  const auto now = parts_.steady();
  bool more = courier_.settle();
  presence_.follow_sessions();  // a session that is not shown yet holds its node's commands
  more = courier_.pump(outlet) || more;
  prober_.settle();
  more = prober_.pump(outlet) || more;
  if (const auto node_ids = catch_up_.take(now); !node_ids.empty()) {
    offer(node_ids);
    more = true;
  }
  if (commands_tick_.due(now)) expire();
  if (detect_tick_.due(now) && outlet.connected()) prober_.start_round();
  if (broker_tick_.due(now)) presence_.end_silent_brokers(now);
  if (ttl_tick_.due(now)) presence_.expire_reachable();
  if (comparison_tick_.due(now)) presence_.compare_with_brokers(now < connected_at_.load() + kBacklog);
  if (sweep_tick_.due(now)) sweep();
  return more;
}

void Desk::offer(const std::vector<std::string>& node_ids) {
  parts_.pool.transact(
      [&](pg::Transaction& transaction) { store::enqueue_pushes(transaction, node_ids, "auto-sync"); });
}

void Desk::expire() {
  parts_.pool.transact([&](pg::Transaction& transaction) {
    const auto node_ids = store::expire_commands(transaction, deadlines_);
    store::start_deadlines(transaction, node_ids, deadlines_);
  });
  prober_.expire();
}

void Desk::sweep() {
  parts_.pool.transact([](pg::Transaction& transaction) { store::sweep_pushes(transaction); });
  parts_.pool.transact([](pg::Transaction& transaction) { store::forget_previous_protocols(transaction); });
}

}  // namespace loomgate::agents
