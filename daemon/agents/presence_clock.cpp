// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/presence_clock.h"

#include <optional>
#include <utility>
#include <vector>

#include "daemon/agents/messages.h"
#include "daemon/agents/signals.h"
#include "daemon/base/log.h"
#include "daemon/store/presence.h"

namespace loomgate::agents {
namespace {

constexpr int kMostNews = 500;

std::optional<domain::Signal> signal_of(const store::SessionNews& news) {
  if (!news.ended_at) return domain::signal::SessionOpened{news.connected_at};
  if (news.open_elsewhere) return std::nullopt;
  return domain::signal::SessionEnded{news.connected_at};
}

}  // namespace

void PresenceClock::follow_sessions() {
  const auto once = [](pg::Transaction& transaction) {
    const auto news = store::take_session_news(transaction, kMostNews);
    std::vector<std::pair<std::string, domain::Signal>> signals;
    for (const auto& one : news) {
      if (auto signal = signal_of(one)) signals.emplace_back(one.username, std::move(*signal));
    }
    apply_signals(transaction, signals);
    return static_cast<int>(news.size());
  };
  while (pool_.transact(once) == kMostNews) {
  }
}

void PresenceClock::end_silent_brokers(std::chrono::steady_clock::time_point now) {
  if (now - last_look_ > kLongestGap) watched_.clear();
  std::map<std::string, Watched> seen;
  std::vector<store::BrokerBeat> silent;
  for (auto& beat : store::broker_beats(*pool_.acquire())) {
    const auto known = watched_.find(beat.broker_id);
    const bool moved = known == watched_.end() || known->second.beat.heartbeat_at != beat.heartbeat_at;
    const auto since = moved ? now : known->second.since;
    if (now - since >= kBrokerSilence) silent.push_back(beat);
    const auto broker_id = beat.broker_id;
    seen.emplace(broker_id, Watched{std::move(beat), since});
  }
  watched_ = std::move(seen);
  last_look_ = now;
  if (silent.empty()) return;
  const auto ended =
      pool_.transact([&](pg::Transaction& transaction) { return store::end_sessions_of_brokers(transaction, silent); });
  if (ended > 0) log(kSilentBroker, ended, kBrokerSilence.count());
}

void PresenceClock::compare_with_brokers(bool after_absence) {
  const auto disagreed = pool_.transact([&](pg::Transaction& transaction) {
    return store::revisit_ended_sessions(transaction) +
           (after_absence ? store::revisit_open_sessions(transaction) : 0);
  });
  if (disagreed > 0) follow_sessions();
}

void PresenceClock::expire_reachable() {
  const auto now = clock_();
  auto node_ids = store::silent_nodes(*pool_.acquire(), now - domain::kReachableTtl);
  if (node_ids.empty()) return;
  pool_.transact([&](pg::Transaction& transaction) {
    std::vector<store::NodePresence> expired;
    for (auto& node : store::lock_presence(transaction, node_ids)) {
      if (!domain::is_reachable_expired(node.state, node.standing, now)) continue;  // heard of meanwhile
      node.state = domain::project(node.state, node.standing, domain::signal::ReachableExpired{});
      expired.push_back(std::move(node));
    }
    store::save_presence(transaction, expired);
  });
}

}  // namespace loomgate::agents
