// SPDX-License-Identifier: Apache-2.0
#include "plugin/replica/lookup.h"

#include <algorithm>
#include <functional>

namespace loomgate::replica {
namespace {

constexpr std::size_t kMissingSlots = 1024;
constexpr Milliseconds kMissingFor{30000};

}  // namespace

LookupLimiter::Missing& LookupLimiter::slot_of(std::string_view username) {
  if (missing_.empty()) missing_.resize(kMissingSlots);
  return missing_[std::hash<std::string_view>{}(username) % kMissingSlots];
}

bool LookupLimiter::may_ask(std::string_view username, Milliseconds now) {
  const Missing& known = slot_of(username);
  if (known.until > now && std::string_view(known.name.data()) == username) return false;
  const double elapsed = std::chrono::duration<double>(now - refilled_).count();
  refilled_ = now;
  tokens_ = std::min<double>(per_second_, tokens_ + elapsed * per_second_);
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

void LookupLimiter::remember_missing(std::string_view username, Milliseconds now) {
  Missing& slot = slot_of(username);
  if (username.size() >= slot.name.size()) return;
  slot.name.fill('\0');
  std::copy(username.begin(), username.end(), slot.name.begin());
  slot.until = now + kMissingFor;
}

void LookupDesk::ask(std::string username) {
  const std::lock_guard lock(mutex_);
  username_ = std::move(username);
  ++ticket_;
  open_ = true;
}

bool LookupDesk::wait(Milliseconds patience) {
  std::unique_lock lock(mutex_);
  const bool done = answered_.wait_for(lock, patience, [this] { return !open_; });
  open_ = false;
  return done;
}

std::optional<LookupDesk::Question> LookupDesk::question() {
  const std::lock_guard lock(mutex_);
  return open_ ? std::optional(Question{username_, ticket_}) : std::nullopt;
}

void LookupDesk::answered(const Question& question) {
  const std::lock_guard lock(mutex_);
  if (question.ticket != ticket_) return;
  open_ = false;
  answered_.notify_one();
}

}  // namespace loomgate::replica
