// SPDX-License-Identifier: Apache-2.0
// Data inside its lock: the value can only be reached while the lock is held.
#pragma once

#include <mutex>
#include <utility>

namespace loomgate {

template <typename T>
class Guarded {
 public:
  template <typename... Args>
  explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

  // Calls use(T&) with the lock held and returns what it returns. Do not keep references past the call.
  template <typename Use>
  decltype(auto) with(Use&& use) {
    std::lock_guard lock(mutex_);
    return std::forward<Use>(use)(value_);
  }
  template <typename Use>
  decltype(auto) with(Use&& use) const {
    std::lock_guard lock(mutex_);
    return std::forward<Use>(use)(value_);
  }

 private:
  mutable std::mutex mutex_;
  T value_;
};

}  // namespace loomgate
