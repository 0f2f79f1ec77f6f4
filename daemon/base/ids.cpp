// SPDX-License-Identifier: Apache-2.0
#include "daemon/base/ids.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

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

std::vector<std::string> new_ids(std::string_view prefix, std::size_t count) {
  constexpr std::size_t kIdBytes = kIdDigits / 2;
  std::vector<std::string> ids;
  ids.reserve(count);
  while (ids.size() < count) {  // again only where two drew the same
    std::vector<std::uint8_t> random((count - ids.size()) * kIdBytes);
    random_bytes(random);
    for (std::span<const std::uint8_t> left(random); !left.empty(); left = left.subspan(kIdBytes)) {
      ids.push_back(std::string(prefix) + '_' + to_hex(left.first(kIdBytes)));
    }
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
  }
  return ids;
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
