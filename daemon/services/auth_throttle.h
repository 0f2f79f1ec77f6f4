// SPDX-License-Identifier: Apache-2.0
// Slows down whoever guesses secrets (spec auth 9, mqtt 11): after `free_failures` within a minute every further
// failure of the same source doubles its delay, from one second to a minute. A shared budget bounds guessing from many
// addresses at once; it is wider and its delay shorter. A source that got in before is not bound by it: a flood from elsewhere
// must not lock the administrator out.
// Thread safe, bounded memory, per process: a daemon that restarts forgets.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "daemon/base/time.h"

namespace loomgate::services {

struct ThrottleRule {
  int free_failures = 5;
  std::chrono::seconds longest{60};
};

class Throttle {
 public:
  Throttle(ThrottleRule per_source, ThrottleRule overall, std::size_t most_sources = 4096)
      : per_source_(per_source), overall_(overall), most_sources_(most_sources) {}

  // How long this source must still wait; nullopt: it may try.
  std::optional<std::chrono::seconds> wait_of(std::string_view source, Timestamp now);
  void failed(std::string_view source, Timestamp now);
  void succeeded(std::string_view source);
  std::size_t sources() const;

 private:
  struct Entry {
    int failures = 0;
    Timestamp window_ends{};  // failures count until then
    Timestamp blocked_until{};
  };
  static void count(Entry& entry, const ThrottleRule& rule, Timestamp now);
  void make_room(Timestamp now);
  bool is_known(std::string_view source) const;

  const ThrottleRule per_source_;
  const ThrottleRule overall_;
  const std::size_t most_sources_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  Entry all_;
  std::deque<std::string> known_;  // sources that succeeded, the latest last
};

// What counts as one source: an IPv4 address, or the /64 network of an IPv6 address.
std::string throttle_source(std::string_view address);

// At most `most` password derivations run at once; `waiting` more may queue, the rest are turned away.
class KdfGate {
 public:
  class Pass {
   public:
    explicit Pass(KdfGate* gate) : gate_(gate) {}
    ~Pass();
    Pass(Pass&& other) noexcept : gate_(other.gate_) { other.gate_ = nullptr; }
    Pass& operator=(Pass&&) = delete;

   private:
    KdfGate* gate_;
  };

  KdfGate(int most, int waiting) : most_(most), waiting_most_(waiting) {}
  // nullopt: too many wait already.
  std::optional<Pass> enter();

 private:
  void leave();

  const int most_;
  const int waiting_most_;
  std::mutex mutex_;
  std::condition_variable freed_;
  int running_ = 0;
  int waiting_ = 0;
};

}  // namespace loomgate::services
