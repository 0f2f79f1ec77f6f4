// SPDX-License-Identifier: Apache-2.0
// Counts messages by what became of them. Thread safe. For a reason to drop it writes one log line per 10 s at most.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "plugin/base/guarded.h"

namespace loomgate::agents {

class Tally {
 public:
  void add(std::string_view name, std::uint64_t count);  // without a log line
  void dropped(std::string_view reason, std::uint64_t count = 1);
  std::map<std::string, std::uint64_t> counts() const;

 private:
  struct Entry {
    std::uint64_t count = 0;
    std::uint64_t logged = 0;
    std::chrono::steady_clock::time_point logged_at{};
  };
  using Entries = std::map<std::string, Entry, std::less<>>;
  Guarded<Entries> entries_;
};

}  // namespace loomgate::agents
