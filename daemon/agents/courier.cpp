// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/courier.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/agents/envelope.h"
#include "daemon/agents/messages.h"
#include "daemon/base/log.h"

namespace loomgate::agents {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// Longer than any publish takes: the link reports each one, if only as lost.
constexpr std::chrono::seconds kLease{120};
// After a change of leaders an answer to what the old one sent may be waiting in the session.
constexpr milliseconds kAnswersFirst{1000};
constexpr int kPacketTooLarge = 0x95;

domain::Downstream topic_of(const std::string& action) {
  if (action == "push_config") return domain::Downstream::kConfigPush;
  return action == "wg_show" ? domain::Downstream::kInfo : domain::Downstream::kControl;
}

std::vector<std::string> unique(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

}  // namespace

struct Courier::Ledger {
  struct Parked {
    std::int64_t outbox_id;
    std::string reason;
  };
  std::vector<std::int64_t> finished;
  std::vector<std::string> sent;
  std::vector<std::string> sent_nodes;
  std::vector<store::Failure> failures;
  std::vector<store::Postponed> postponed;
  std::vector<Parked> parked;
};

Courier::Courier(pg::Pool& pool, const crypto::Sealer& sealer, std::string owner, store::Deadlines deadlines,
                 int per_second, Clock clock)
    : pool_(pool),
      sealer_(sealer),
      owner_(std::move(owner)),
      deadlines_(deadlines),
      per_second_(per_second),
      clock_(std::move(clock)),
      budget_(per_second),
      budget_at_(SteadyClock::now()) {}

void Courier::take_over() {
  pool_.transact([](pg::Transaction& transaction) { store::reclaim_deliveries(transaction, kAnswersFirst); });
}

// How many commands may be handed over now.
int Courier::room() {
  const auto now = SteadyClock::now();
  budget_ = std::min(per_second_, budget_ + per_second_ * std::chrono::duration<double>(now - budget_at_).count());
  budget_at_ = now;
  return std::min(kMostInFlight - static_cast<int>(underway_.size()), static_cast<int>(budget_));
}

bool Courier::pump(Outlet& outlet) {
  const int room_now = room();
  if (room_now <= 0 || !outlet.connected()) return false;
  const auto deliveries = pool_.transact(
      [&](pg::Transaction& transaction) { return store::lease_deliveries(transaction, owner_, room_now, kLease); });
  std::vector<store::Lease> unsent;
  std::map<std::int64_t, store::Failure> failures;
  for (const auto& delivery : deliveries) {
    std::string problem;
    std::optional<Message> message;
    try {
      if (delivery.wanted) message = compose(delivery, problem);
    } catch (const std::exception& error) {
      problem = fmt::format("the message cannot be made: {}", error.what());
    }
    if (!message) {
      unsent.push_back({delivery.outbox_id, delivery.attempts});
      if (delivery.wanted) failures.emplace(delivery.outbox_id, store::Failure{delivery.request_id, problem});
      continue;
    }
    const auto ticket = static_cast<std::uint64_t>(delivery.outbox_id);
    underway_[ticket] = {delivery.request_id, delivery.node_id, delivery.attempts};
    budget_ -= 1;
    outlet.publish(ticket, std::move(message->topic), std::move(message->body), kMessageExpiry);
  }
  write(unsent, [&](Ledger& ledger, std::int64_t outbox_id) {
    ledger.finished.push_back(outbox_id);
    if (const auto found = failures.find(outbox_id); found != failures.end()) ledger.failures.push_back(found->second);
  });
  return static_cast<int>(deliveries.size()) == room_now;
}

std::optional<Courier::Message> Courier::compose(const store::Delivery& delivery, std::string& problem) const {
  const Address address{delivery.request_id, delivery.config_id, delivery.node_id, clock_()};
  const Tunnel tunnel{delivery.tunnel_protocol, delivery.awg_version, delivery.previous_tunnel_protocol};
  Message message{domain::topic(delivery.config_id, delivery.node_id, topic_of(delivery.action)), {}};
  if (delivery.action == "wg_show") {
    message.body = info_envelope(address, tunnel, delivery.action);
  } else if (delivery.action != "push_config") {
    message.body = control_envelope(address, tunnel, delivery.action, delivery.interface_name);
  } else {
    if (!delivery.text_sealed) {
      problem = "the text of this version is no longer stored";
      return std::nullopt;
    }
    std::string text;
    try {
      text = sealer_.open({"node_texts", "text_sealed", delivery.node_id + ":" + *delivery.pushed_sha256},
                          *delivery.text_sealed);
    } catch (const std::exception&) {
      problem = "the text cannot be opened with this daemon's master key";
      return std::nullopt;
    }
    message.body = push_envelope(address, tunnel, delivery.interface_name, *delivery.pushed_version,
                                 *delivery.pushed_sha256, text);
  }
  if (message.body.size() <= kMostEnvelope) return message;
  problem = fmt::format("the config is too large to be sent: {} bytes, {} at most", message.body.size(), kMostEnvelope);
  return std::nullopt;
}

void Courier::published(const PublishResult& result) {
  results_.with([&](auto& results) { results.push_back(result); });
}

bool Courier::settle() {
  const auto results = results_.with([](auto& queue) { return queue; });
  if (results.empty()) return false;
  std::vector<store::Lease> leases;
  std::map<std::int64_t, const PublishResult*> by_id;
  for (const auto& result : results) {
    const auto found = underway_.find(result.ticket);
    if (found == underway_.end()) continue;
    const auto outbox_id = static_cast<std::int64_t>(result.ticket);
    leases.push_back({outbox_id, found->second.attempts});
    by_id[outbox_id] = &result;
  }
  write(leases, [&](Ledger& ledger, std::int64_t outbox_id) {
    const auto& result = *by_id.at(outbox_id);
    record(ledger, underway_.at(result.ticket), result);
  });
  // Only now: a failed transaction leaves everything to be settled again.
  for (const auto& result : results) underway_.erase(result.ticket);
  results_.with(
      [&](auto& queue) { queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(results.size())); });
  return true;
}

void Courier::record(Ledger& ledger, const Underway& underway, const PublishResult& result) {
  const auto outbox_id = static_cast<std::int64_t>(result.ticket);
  switch (result.outcome) {
    case PublishOutcome::kAccepted:
      ledger.finished.push_back(outbox_id);
      ledger.sent.push_back(underway.request_id);
      ledger.sent_nodes.push_back(underway.node_id);
      return;
    case PublishOutcome::kNoSubscribers:
      ledger.finished.push_back(outbox_id);
      ledger.failures.push_back({underway.request_id, "client not connected"});
      return;
    case PublishOutcome::kLinkLost:
      ledger.postponed.push_back({outbox_id, backoff(underway.attempts), "the broker did not acknowledge"});
      return;
    case PublishOutcome::kRefused:
      break;
  }
  const auto reason = result.reason_code == kPacketTooLarge
                          ? std::string("larger than the broker accepts")
                          : fmt::format("refused by the broker, reason 0x{:02x}", result.reason_code);
  if (result.reason_code != kPacketTooLarge && underway.attempts < kMostRefusals) {
    ledger.postponed.push_back({outbox_id, backoff(underway.attempts), reason});
    return;
  }
  log(kParked, underway.request_id, underway.node_id, reason);
  ledger.parked.push_back({outbox_id, reason});
  ledger.failures.push_back({underway.request_id, reason});
}

void Courier::write(const std::vector<store::Lease>& leases, const std::function<void(Ledger&, std::int64_t)>& record) {
  if (leases.empty()) return;
  pool_.transact([&](pg::Transaction& transaction) {
    Ledger ledger;
    for (const auto outbox_id : store::hold_deliveries(transaction, owner_, leases)) record(ledger, outbox_id);
    store::mark_sent(transaction, ledger.sent);
    auto node_ids = store::fail_commands(transaction, ledger.failures);
    node_ids.insert(node_ids.end(), ledger.sent_nodes.begin(), ledger.sent_nodes.end());
    store::start_deadlines(transaction, unique(std::move(node_ids)), deadlines_);
    store::finish_deliveries(transaction, ledger.finished);
    store::postpone_deliveries(transaction, ledger.postponed);
    for (const auto& parked : ledger.parked) store::park_delivery(transaction, parked.outbox_id, parked.reason);
  });
}

milliseconds Courier::backoff(int attempts) {
  const auto most = std::min<std::int64_t>(5000, 250LL << std::min(attempts - 1, 10));
  return milliseconds(std::uniform_int_distribution<std::int64_t>(most / 2, most)(random_));
}

}  // namespace loomgate::agents
