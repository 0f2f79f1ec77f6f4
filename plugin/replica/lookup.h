// SPDX-License-Identifier: Apache-2.0
// The one direct question a CONNECT may cause: a device that was bound a millisecond ago is not in the table yet. The
// replica's thread asks the database while the broker's thread waits a few milliseconds at most. LookupLimiter keeps a
// flood of unknown names free of charge; LookupDesk is where the two threads meet.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loomgate::replica {

using Milliseconds = std::chrono::milliseconds;

// Belongs to the broker's thread. Time is the caller's monotonic clock.
class LookupLimiter {
 public:
  // At most `per_second` questions on average, a second's worth at once; 0 switches look-ups off.
  explicit LookupLimiter(int per_second) : per_second_(per_second), tokens_(per_second) {}

  // Takes a token unless the name was found missing in the last 30 s. A bind in that time is no loss: its notification
  // brings the name into the table, which is asked first.
  bool may_ask(std::string_view username, Milliseconds now);
  void remember_missing(std::string_view username, Milliseconds now);
  // The database did not answer in time: no more questions for a second.
  void back_off() { tokens_ = 1.0 - per_second_; }
  void set_rate(int per_second) { per_second_ = per_second; }

 private:
  struct Missing {
    std::array<char, 56> name{};
    Milliseconds until{0};
  };
  Missing& slot_of(std::string_view username);

  int per_second_;
  double tokens_;
  Milliseconds refilled_{0};
  std::vector<Missing> missing_;  // direct mapped, bounded; made at the first miss
};

class LookupDesk {
 public:
  // Broker's thread: leaves the question; call wake-up of the replica next, then wait.
  void ask(std::string username);
  // Broker's thread: true when the replica has answered; what it found was posted before.
  bool wait(Milliseconds patience);

  // Replica's thread: the open question, if there is one, and its end. An answer to a question that the broker's thread
  // gave up counts for nothing.
  struct Question {
    std::string username;
    std::uint64_t ticket;
  };
  std::optional<Question> question();
  void answered(const Question& question);

 private:
  std::mutex mutex_;
  std::condition_variable answered_;
  std::string username_;
  std::uint64_t ticket_ = 0;
  bool open_ = false;
};

}  // namespace loomgate::replica
