// SPDX-License-Identifier: Apache-2.0
// Waits are conditions with a deadline; nothing in the tests sleeps for a guessed time.
#pragma once

#include <chrono>
#include <thread>

namespace loomgate::harness {

// Asks condition() every 5 ms until it holds; false when the deadline passed first.
template <typename Condition>
bool eventually(std::chrono::milliseconds deadline, Condition&& condition) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace loomgate::harness
