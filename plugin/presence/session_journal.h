// SPDX-License-Identifier: Apache-2.0
// What the broker's thread does about presence: it keeps the SessionBook, and tells the writer of every login and end.
// When the queue is full nothing is lost: the newest state of each principal concerned waits in a spill map (one entry
// per principal) until there is room. When the writer asks (after an outage), all open sessions are told again, some at
// every tick.
#pragma once

#include <atomic>
#include <unordered_map>
#include <vector>

#include "plugin/presence/session_book.h"
#include "plugin/presence/session_queue.h"

namespace loomgate::presence {

enum class Resync {
  kNone,
  kSameEpochs,
  kNewEpochs,  // somebody may have closed our rows meanwhile: only a newer epoch opens them again
};

// What both threads see of each other besides the queue.
struct JournalStatus {
  std::atomic<Resync> resync{Resync::kNone};  // set by the writer, taken by the broker's thread
  std::atomic<std::uint64_t> open_sessions{0};
  std::atomic<std::uint64_t> spilled{0};  // records that found the queue full
};

class SessionJournal {
 public:
  SessionJournal(const access::AccessTable& table, SessionQueue& queue, JournalStatus& status)
      : table_(table), queue_(queue), status_(status) {}

  void login(const void* client, const access::Principal& principal, const char* address);
  void logout(const void* client, int reason);
  void tick();
  // The broker stops: every open session ends. Returns false while the queue has no room for all of it; call again.
  bool end_all();

  const SessionBook& book() const { return book_; }

 private:
  void send(const SessionRecord& record);
  void send_spilled();
  void tell_open_sessions();

  const access::AccessTable& table_;
  SessionQueue& queue_;
  JournalStatus& status_;
  SessionBook book_;
  std::unordered_map<access::PrincipalKey, SessionRecord> spill_;
  std::vector<access::PrincipalKey> to_tell_;
  bool renew_epochs_ = false;
};

}  // namespace loomgate::presence
