// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/prober.h"

#include <utility>

#include "daemon/agents/envelope.h"
#include "daemon/agents/signals.h"
#include "daemon/domain/topics.h"
#include "daemon/store/probes.h"

namespace loomgate::agents {
namespace {

constexpr int kMostUnderway = 128;
constexpr std::chrono::seconds kListenedLately{30};
// Older than an answer may be: the broker need not keep it.
constexpr std::chrono::seconds kMessageLife{10};
// A question that could not be sent for so long is of no interest any more.
constexpr std::chrono::seconds kAskedFor{30};

}  // namespace

void Prober::take_over() {
  for (auto& request_id : store::sent_probes(*pool_.acquire())) waiting_.emplace(std::move(request_id), steady_());
}

void Prober::start_round() {
  pool_.transact([](pg::Transaction& transaction) {
    if (store::anybody_listens(transaction.connection(), kListenedLately)) store::ask_everybody(transaction);
  });
}

bool Prober::pump(Outlet& outlet) {
  const int room = kMostUnderway - static_cast<int>(underway_.size());
  if (room <= 0 || !outlet.connected()) return false;
  const auto now = clock_();
  const auto due = pool_.transact([&](pg::Transaction& transaction) {
    auto taken = store::take_probes(transaction, now, room);
    std::vector<std::pair<std::string, domain::Signal>> signals;
    for (const auto& probe : taken) signals.emplace_back(probe.node_id, domain::signal::DetectSent{now});
    apply_signals(transaction, signals);
    return taken;
  });
  for (const auto& probe : due) {
    const Address address{probe.request_id, probe.config_id, probe.node_id, now};
    underway_[++last_ticket_] = probe.request_id;
    waiting_[probe.request_id] = steady_();
    outlet.publish(last_ticket_, domain::topic(probe.config_id, probe.node_id, domain::Downstream::kDetect),
                   detect_envelope(address, {probe.tunnel_protocol, probe.awg_version, {}}), kMessageLife);
  }
  return static_cast<int>(due.size()) == room;
}

void Prober::published(const PublishResult& result) {
  results_.with([&](auto& results) { results.push_back(result); });
}

void Prober::settle() {
  const auto results = results_.with([](auto& queue) { return queue; });
  if (results.empty()) return;
  std::vector<std::string> unreachable, unsent;
  for (const auto& result : results) {
    const auto found = underway_.find(result.ticket);
    if (found == underway_.end() || result.outcome == PublishOutcome::kAccepted) continue;
    (result.outcome == PublishOutcome::kLinkLost ? unsent : unreachable).push_back(found->second);
  }
  if (!unreachable.empty() || !unsent.empty()) end(unreachable, unsent);
  // Only now: a failed transaction leaves everything to be settled again.
  for (const auto& result : results) underway_.erase(result.ticket);
  results_.with(
      [&](auto& queue) { queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(results.size())); });
}

void Prober::expire() {
  const auto asked_before = steady_() - timeout_;
  std::vector<std::string> lost;
  for (const auto& [request_id, since] : waiting_)
    if (since < asked_before) lost.push_back(request_id);
  end(lost, {});
}

void Prober::end(const std::vector<std::string>& lost, const std::vector<std::string>& unsent) {
  pool_.transact([&](pg::Transaction& transaction) {
    store::return_probes(transaction, unsent);
    std::vector<std::pair<std::string, domain::Signal>> signals;
    for (auto& probe : store::end_probes(transaction, lost, kAskedFor)) {
      signals.emplace_back(std::move(probe.node_id), probe.timeout);
    }
    apply_signals(transaction, signals);
  });
  for (const auto& request_id : lost) waiting_.erase(request_id);
  for (const auto& request_id : unsent) waiting_.erase(request_id);
}

}  // namespace loomgate::agents
