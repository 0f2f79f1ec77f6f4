// SPDX-License-Identifier: Apache-2.0
// The source of randomness of rules that draw values: the kernel's in production, a fixed sequence in tests.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace loomgate::domain {

// Not thread safe; make one where it is needed.
class Random {
 public:
  using Fill = std::function<void(std::span<std::uint8_t>)>;

  Random();  // the kernel's CSPRNG; draws throw std::runtime_error when it fails
  explicit Random(Fill fill) : fill_(std::move(fill)) {}

  void fill(std::span<std::uint8_t> out) { fill_(out); }
  std::string bytes(std::size_t count);
  // Every value of low..high with the same probability; low <= high.
  std::uint32_t between(std::uint32_t low, std::uint32_t high);
  bool coin() { return between(0, 1) == 1; }

 private:
  Fill fill_;
};

}  // namespace loomgate::domain
