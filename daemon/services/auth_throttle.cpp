// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/auth_throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace loomgate::services {
namespace {

constexpr std::chrono::minutes kWindow{1};
constexpr std::size_t kMostKnown = 64;

std::optional<std::chrono::seconds> left(Timestamp until, Timestamp now) {
  if (until <= now) return std::nullopt;
  return std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(until - now));
}

}  // namespace

void Throttle::count(Entry& entry, const ThrottleRule& rule, Timestamp now) {
  if (entry.window_ends <= now) entry.failures = 0;
  ++entry.failures;
  const int over = entry.failures - rule.free_failures;
  std::chrono::seconds delay{0};
  if (over >= 0) delay = std::min(rule.longest, std::chrono::seconds(1LL << std::min(over, 20)));
  entry.blocked_until = now + delay;
  // The window runs from the end of the delay, so waiting out a delay does not earn a fresh start.
  entry.window_ends = entry.blocked_until + kWindow;
}

std::optional<std::chrono::seconds> Throttle::wait_of(std::string_view source, Timestamp now) {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(std::string(source));
  const auto own = found == entries_.end() ? std::nullopt : left(found->second.blocked_until, now);
  const auto shared = is_known(source) ? std::nullopt : left(all_.blocked_until, now);
  return own && shared ? std::max(*own, *shared) : own ? own : shared;
}

void Throttle::failed(std::string_view source, Timestamp now) {
  std::lock_guard lock(mutex_);
  if (entries_.size() >= most_sources_ && !entries_.contains(std::string(source))) make_room(now);
  count(entries_[std::string(source)], per_source_, now);
  count(all_, overall_, now);
}

void Throttle::succeeded(std::string_view source) {
  std::lock_guard lock(mutex_);
  entries_.erase(std::string(source));
  std::erase(known_, source);
  known_.emplace_back(source);
  if (known_.size() > kMostKnown) known_.pop_front();
}

bool Throttle::is_known(std::string_view source) const {
  return std::ranges::find(known_, source) != known_.end();
}

std::size_t Throttle::sources() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

// Forgets what has run out; when that is nothing, the entry that would run out first.
void Throttle::make_room(Timestamp now) {
  if (std::erase_if(entries_, [&](const auto& item) { return item.second.window_ends <= now; }) > 0) return;
  const auto first = std::ranges::min_element(
      entries_, [](const auto& left, const auto& right) { return left.second.window_ends < right.second.window_ends; });
  if (first != entries_.end()) entries_.erase(first);
}

std::string throttle_source(std::string_view address) {
  std::array<unsigned char, 16> bytes{};
  const std::string text(address.substr(0, address.find('%')));
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::string(address);
  static constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (!std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) std::fill(bytes.begin() + 8, bytes.end(), 0);
  std::array<char, INET6_ADDRSTRLEN> shown{};
  ::inet_ntop(AF_INET6, bytes.data(), shown.data(), shown.size());
  return shown.data();
}

KdfGate::Pass::~Pass() {
  if (gate_ != nullptr) gate_->leave();
}

std::optional<KdfGate::Pass> KdfGate::enter() {
  std::unique_lock lock(mutex_);
  if (running_ >= most_) {
    if (waiting_ >= waiting_most_) return std::nullopt;
    ++waiting_;
    freed_.wait(lock, [this] { return running_ < most_; });
    --waiting_;
  }
  ++running_;
  return Pass(this);
}

void KdfGate::leave() {
  {
    std::lock_guard lock(mutex_);
    --running_;
  }
  freed_.notify_one();
}

}  // namespace loomgate::services
