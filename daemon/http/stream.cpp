// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace loomgate::http {

bool Stream::send(std::shared_ptr<const Piece> piece) {
  const std::size_t size = bytes_of(*piece).size();
  std::lock_guard lock(mutex_);
  if (closed_ || gone_) return false;
  if (pieces_.size() >= limits_.max_pieces || bytes_ + size > limits_.max_bytes) {
    closed_ = overflowed_ = true;
    wake_locked();
    return false;
  }
  if (piece->text().empty()) return true;
  bytes_ += size;
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

std::string Stream::last_words() {
  return limits_.gzip && !std::exchange(finished_, true) ? envelope_.trailer() : "";
}

std::optional<std::size_t> Stream::pull(char* into, std::size_t room, const std::function<void()>& park) {
  std::lock_guard lock(mutex_);
  if (limits_.gzip && !std::exchange(begun_, true)) own_ = GzipEnvelope::header();
  if (own_.empty() && pieces_.empty() && closed_) own_ = last_words();
  if (own_.empty() && pieces_.empty()) {
    if (closed_) return std::nullopt;
    parked_ = true;
    park();
    return 0;
  }
  std::size_t filled = std::min(room, own_.size());
  std::memcpy(into, own_.data(), filled);
  own_.erase(0, filled);
  while (filled < room && !pieces_.empty()) {
    const std::string& bytes = bytes_of(*pieces_.front());
    const std::size_t taken = std::min(room - filled, bytes.size() - offset_);
    std::memcpy(into + filled, bytes.data() + offset_, taken);
    filled += taken;
    offset_ += taken;
    if (offset_ < bytes.size()) break;
    bytes_ -= bytes.size();
    if (limits_.gzip) envelope_.add(*pieces_.front());
    pieces_.pop_front();
    offset_ = 0;
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
