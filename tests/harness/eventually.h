// SPDX-License-Identifier: Apache-2.0
// Waits are conditions with a deadline; nothing in the tests sleeps for a guessed time. What a test waits for comes in
// milliseconds as a rule; a machine that is loaded or stalls needs seconds, and a deadline costs nothing until it passes.
#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/harness/durations.h"

namespace loomgate::harness {

// For what must happen, however late.
inline constexpr std::chrono::seconds kPatience{30};

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

// How long it took until condition() held; kPatience when it never did.
template <typename Condition>
std::chrono::milliseconds time_until(Condition&& condition) {
  bool held = false;
  const auto took = duration_of([&] { held = eventually(kPatience, condition); });
  return held ? took : kPatience;
}

// For promises about time. A machine that stalls delays one attempt, a product that is slow delays them all: the promise is
// kept when the fastest of five attempts keeps it. Each attempt returns its time; the first that is within the limit is
// the last.
template <typename Attempt>
std::chrono::milliseconds fastest(std::chrono::milliseconds limit, Attempt&& attempt) {
  constexpr int kAttempts = 5;
  std::chrono::milliseconds best = std::chrono::milliseconds::max();
  for (int number = 0; number < kAttempts && best > limit; ++number) best = std::min(best, attempt());
  return best;
}

}  // namespace loomgate::harness
