// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace loomgate::http {

bool Stream::send(std::shared_ptr<const std::string> piece) {
  std::lock_guard lock(mutex_);
  if (closed_ || gone_) return false;
  if (pieces_.size() >= limits_.max_pieces || bytes_ + piece->size() > limits_.max_bytes) {
    closed_ = overflowed_ = true;
    wake_locked();
    return false;
  }
  if (piece->empty()) return true;
  bytes_ += piece->size();
  pieces_.push_back(std::move(piece));
  wake_locked();
  return true;
}

void Stream::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  wake_locked();
}

bool Stream::is_open() const {
  std::lock_guard lock(mutex_);
  return !closed_ && !gone_;
}

bool Stream::overflowed() const {
  std::lock_guard lock(mutex_);
  return overflowed_;
}

std::size_t Stream::queued() const {
  std::lock_guard lock(mutex_);
  return pieces_.size();
}

void Stream::on_end(std::function<void()> callback) {
  {
    std::lock_guard lock(mutex_);
    if (!gone_) {
      on_end_ = std::move(callback);
      return;
    }
  }
  callback();
}

std::optional<std::size_t> Stream::pull(char* into, std::size_t room, const std::function<void()>& park) {
  std::lock_guard lock(mutex_);
  if (pieces_.empty()) {
    if (closed_) return std::nullopt;
    parked_ = true;
    park();
    return 0;
  }
  std::size_t filled = 0;
  while (filled < room && !pieces_.empty()) {
    const std::string& piece = *pieces_.front();
    const std::size_t taken = std::min(room - filled, piece.size() - offset_);
    std::memcpy(into + filled, piece.data() + offset_, taken);
    filled += taken;
    offset_ += taken;
    if (offset_ == piece.size()) {
      bytes_ -= piece.size();
      pieces_.pop_front();
      offset_ = 0;
    }
  }
  return filled;
}

void Stream::set_wake(std::function<void()> wake) {
  std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

void Stream::ended() {
  std::function<void()> callback;
  {
    std::lock_guard lock(mutex_);
    gone_ = true;
    wake_ = nullptr;
    pieces_.clear();
    bytes_ = 0;
    callback = std::exchange(on_end_, nullptr);
  }
  if (callback) callback();
}

void Stream::wake_locked() {
  if (!parked_ || !wake_) return;
  parked_ = false;
  wake_();
}

}  // namespace loomgate::http
