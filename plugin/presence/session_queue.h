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

#include "plugin/presence/event_fd.h"
#include "plugin/presence/session_record.h"

namespace loomgate::presence {

class SessionQueue {
 public:
  static constexpr std::size_t kCapacity = 2048;  // a quarter of a megabyte

  SessionQueue() = default;
  SessionQueue(const SessionQueue&) = delete;
  SessionQueue& operator=(const SessionQueue&) = delete;

  // Sender's thread. False when the ring is full.
  bool push(const SessionRecord& record);

  // Reader's thread.
  std::optional<SessionRecord> pop();
  void wait(std::chrono::milliseconds longest);

  // Any thread: ends a wait.
  void wake() { awake_.raise(); }

 private:
  struct Ring {
    std::array<SessionRecord, kCapacity> records;
  };
  bool empty() const { return read_.load(std::memory_order_acquire) == written_.load(std::memory_order_acquire); }

  const std::unique_ptr<Ring> ring_ = std::make_unique<Ring>();
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> read_{0};
  std::atomic<bool> sleeping_{false};
  EventFd awake_;
};

}  // namespace loomgate::presence
