// SPDX-License-Identifier: Apache-2.0
#include "plugin/presence/session_queue.h"

namespace loomgate::presence {

bool SessionQueue::push(const SessionRecord& record) {
  const std::uint64_t at = written_.load(std::memory_order_relaxed);
  if (at - known_read_ >= kCapacity) known_read_ = read_.load(std::memory_order_acquire);
  if (at - known_read_ >= kCapacity) return false;
  ring_->records[at % kCapacity] = record;
  written_.store(at + 1, std::memory_order_release);
  // Either the reader sees the record after it set the flag, or the flag is seen here: both are exchanges of one
  // variable.
  if (sleeping_.exchange(false)) wake();
  return true;
}

std::optional<SessionRecord> SessionQueue::pop() {
  const std::uint64_t at = read_.load(std::memory_order_relaxed);
  if (at == written_.load(std::memory_order_acquire)) return std::nullopt;
  const SessionRecord record = ring_->records[at % kCapacity];
  read_.store(at + 1, std::memory_order_release);
  return record;
}

void SessionQueue::wait(std::chrono::milliseconds longest) {
  sleeping_.exchange(true);
  if (empty()) awake_.wait(longest);
  sleeping_.exchange(false);
  awake_.clear();
}

}  // namespace loomgate::presence
