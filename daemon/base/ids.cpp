// SPDX-License-Identifier: Apache-2.0
#include "daemon/base/ids.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "plugin/base/digest.h"

namespace loomgate {

namespace {

constexpr std::size_t kIdDigits = 12;

std::string uuid4_hex() {
  std::array<std::uint8_t, 16> bytes{};
  random_bytes(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x40);  // version 4
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);  // RFC 4122 variant
  return to_hex(bytes);
}

constexpr bool is_lower_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

std::string new_id(std::string_view prefix) {
  std::string id(prefix);
  id += '_';
  id += uuid4_hex().substr(0, kIdDigits);
  return id;
}

std::string new_request_id() {
  return uuid4_hex();
}

bool is_id(std::string_view text, std::string_view prefix) {
  if (text.size() != prefix.size() + 1 + kIdDigits) return false;
  if (!text.starts_with(prefix) || text[prefix.size()] != '_') return false;
  return std::ranges::all_of(text.substr(prefix.size() + 1), is_lower_hex);
}

}  // namespace loomgate
