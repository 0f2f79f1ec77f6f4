// SPDX-License-Identifier: Apache-2.0
// Something done every so often.
#pragma once

#include <chrono>

namespace loomgate::agents {

class Every {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Every(std::chrono::milliseconds interval, Time first) : interval_(interval), next_(first) {}
  bool due(Time now) {
    if (now < next_) return false;
    next_ = now + interval_;
    return true;
  }

 private:
  std::chrono::milliseconds interval_;
  Time next_;
};

}  // namespace loomgate::agents
