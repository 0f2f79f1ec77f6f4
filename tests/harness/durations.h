// SPDX-License-Identifier: Apache-2.0
// How long something takes; for bounds see fastest() in eventually.h.
#pragma once

#include <chrono>

namespace loomgate::harness {

// Rounded up.
template <typename Act>
std::chrono::milliseconds duration_of(Act&& act) {
  const auto start = std::chrono::steady_clock::now();
  act();
  return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace loomgate::harness
