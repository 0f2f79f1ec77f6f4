// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace loomgate::presence {

// An IPv4 or IPv6 address in 17 bytes. Other texts (a unix socket) become none.
class NetworkAddress {
 public:
  NetworkAddress() = default;
  explicit NetworkAddress(const char* text);
  std::string text() const;  // empty for none

 private:
  std::array<std::uint8_t, 16> bytes_{};
  std::uint8_t length_ = 0;
};

}  // namespace loomgate::presence
