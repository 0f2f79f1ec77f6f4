// SPDX-License-Identifier: Apache-2.0
// A bounded queue of records from the broker's thread to the writer's thread: a ring with one writer of each end, no
// lock. The reader sleeps on an eventfd; the sender pays the system call only when the reader sleeps.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plugin/base/mailbox.h"
#include "plugin/presence/session_record.h"
#include "sql/pg/event_fd.h"

namespace loomgate::presence {

// A device's username follows from its key; a daemon's has to be told once.
struct DaemonName {
  access::PrincipalKey key = 0;
  std::string name;
};

class SessionQueue {
 public:
  static constexpr std::size_t kCapacity = 2048;  // an eighth of a megabyte

  SessionQueue() = default;
  SessionQueue(const SessionQueue&) = delete;
  SessionQueue& operator=(const SessionQueue&) = delete;

  // Sender's thread. False when the ring is full.
  bool push(const SessionRecord& record);

  // Before the first record with that key.
  void introduce(DaemonName daemon) { daemons_.post(std::move(daemon)); }

  // Reader's thread.
  std::optional<SessionRecord> pop();
  std::vector<DaemonName> take_introductions() { return daemons_.take(); }
  void wait(std::chrono::milliseconds longest);

  // Any thread: ends a wait.
  void wake() { awake_.raise(); }
  int wake_fd() const { return awake_.fd(); }

 private:
  struct Ring {
    std::array<SessionRecord, kCapacity> records;
  };
  bool empty() const { return read_.load(std::memory_order_acquire) == written_.load(std::memory_order_acquire); }

  const std::unique_ptr<Ring> ring_ = std::make_unique<Ring>();
  // Each on a cache line of its own: what one thread writes all the time must not slow the other's reads.
  static constexpr std::size_t kCacheLine = 64;
  alignas(kCacheLine) std::atomic<std::uint64_t> written_{0};
  std::uint64_t known_read_ = 0;  // the sender's: read_ as it was when the ring last looked full
  alignas(kCacheLine) std::atomic<std::uint64_t> read_{0};
  alignas(kCacheLine) std::atomic<bool> sleeping_{false};
  Mailbox<DaemonName> daemons_;
  pg::EventFd awake_;
};

}  // namespace loomgate::presence
