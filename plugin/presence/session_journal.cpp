// SPDX-License-Identifier: Apache-2.0
#include "plugin/presence/session_journal.h"

#include "plugin/presence/wall_clock.h"

namespace loomgate::presence {
namespace {

// So many sessions are told again per tick: about 0.2 ms of the broker's time.
constexpr int kToldPerTick = 1024;

SessionRecord record_of(const Session& session) {
  return {.key = session.principal,
          .epoch = session.epoch,
          .connected_us = session.connected_us,
          .address = session.address};
}

SessionRecord end_of(const Session& session, int reason) {
  SessionRecord record = record_of(session);
  record.ended_us = wall_clock_us();
  record.end_reason = reason;
  return record;
}

}  // namespace

void SessionJournal::login(const void* client, const access::Principal& principal, const char* address) {
  const Session session = book_.open(client, principal, NetworkAddress(address), wall_clock_us());
  status_.open_sessions.store(book_.size(), std::memory_order_relaxed);
  if (principal.is_daemon()) queue_.introduce({principal.key, table_.username_of(principal.key)});
  send(record_of(session));
}

void SessionJournal::logout(const void* client, int reason) {
  const auto session = book_.close(client);
  if (!session) return;
  status_.open_sessions.store(book_.size(), std::memory_order_relaxed);
  send(end_of(*session, reason));
}

void SessionJournal::send(const SessionRecord& record) {
  if (queue_.push(record)) return;
  status_.spilled.fetch_add(1, std::memory_order_relaxed);
  spill_[record.key] = record;
}

void SessionJournal::send_spilled() {
  // The reader keeps the newest record of each principal, so it does not matter that newer ones may be ahead in the
  // queue.
  for (auto at = spill_.begin(); at != spill_.end() && queue_.push(at->second);) at = spill_.erase(at);
}

void SessionJournal::tell_open_sessions() {
  for (int told = 0; told < kToldPerTick && !to_tell_.empty(); ++told) {
    const access::PrincipalKey principal = to_tell_.back();
    const Session* session = renew_epochs_ ? book_.renew(principal) : book_.current(principal);
    if (session != nullptr && !queue_.push(record_of(*session))) return;
    to_tell_.pop_back();
  }
}

void SessionJournal::tick() {
  if (!spill_.empty()) send_spilled();
  if (status_.resync.load(std::memory_order_relaxed) != Resync::kNone) {
    renew_epochs_ = status_.resync.exchange(Resync::kNone) == Resync::kNewEpochs;
    to_tell_ = book_.principals();
  }
  if (!to_tell_.empty()) tell_open_sessions();
}

bool SessionJournal::end_all() {
  for (const access::PrincipalKey principal : book_.principals()) {
    const Session session = *book_.current(principal);
    book_.close(session.client());
    send(end_of(session, kBrokerStopped));
  }
  send_spilled();
  return spill_.empty();
}

}  // namespace loomgate::presence
