// SPDX-License-Identifier: Apache-2.0
#include "plugin/access/identity.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace loomgate::access {
namespace {

// The same byte in all eight places.
constexpr std::uint64_t eight(std::uint8_t byte) {
  return std::uint64_t{byte} * 0x0101010101010101;
}

// The high bit of every byte that is at least `from` and less than `end`; both and all bytes are below 0x80, so that no
// sum reaches the next byte.
std::uint64_t bytes_between(std::uint64_t bytes, std::uint8_t from, std::uint8_t end) {
  return (bytes + eight(0x80 - from)) & ~(bytes + eight(0x80 - end)) & eight(0x80);
}

// Eight hex digits at once, as a loop over the three ids of a message takes longer than all else in a check.
std::optional<std::uint32_t> parse_eight_digits(const char* text) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text, sizeof bytes);
  if constexpr (std::endian::native == std::endian::little) bytes = __builtin_bswap64(bytes);
  if ((bytes & eight(0x80)) != 0) return std::nullopt;
  const std::uint64_t letters = bytes_between(bytes, 'a', 'f' + 1);
  if ((letters | bytes_between(bytes, '0', '9' + 1)) != eight(0x80)) return std::nullopt;
  std::uint64_t digits = (bytes & eight(0x0f)) + (letters >> 7) * 9;
  digits = (digits | digits >> 4) & 0x00ff00ff00ff00ff;
  digits = (digits | digits >> 8) & 0x0000ffff0000ffff;
  return static_cast<std::uint32_t>(digits | digits >> 16);
}

std::optional<std::uint64_t> parse_id(std::string_view text, std::string_view prefix) {
  static_assert(kIdDigits == 12);
  if (text.size() != prefix.size() + kIdDigits || !text.starts_with(prefix)) return std::nullopt;
  const char* digits = text.data() + prefix.size();
  const auto first = parse_eight_digits(digits);
  const auto last = parse_eight_digits(digits + 4);
  if (!first || !last) return std::nullopt;
  return std::uint64_t{*first} << 16 | (*last & 0xffff);
}

std::string format_id(std::string_view prefix, std::uint64_t number) {
  std::string text(prefix);
  for (int shift = 4 * (static_cast<int>(kIdDigits) - 1); shift >= 0; shift -= 4) {
    text += "0123456789abcdef"[number >> shift & 0xf];
  }
  return text;
}

// Characters that mean something in a topic, or nothing good anywhere.
bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return byte < 0x20 || byte == 0x7f || c == '+' || c == '#' || c == '/';
  });
}

bool claims_our_client_id(std::string_view text) {
  return text.starts_with(kDaemonPrefix) ||
         (text.starts_with(kDeviceClientPrefix) && text.substr(kDeviceClientPrefix.size()).starts_with(kNodePrefix));
}

}  // namespace

std::optional<NodeNumber> parse_node_id(std::string_view text) {
  return parse_id(text, kNodePrefix);
}
std::optional<ConfigNumber> parse_config_id(std::string_view text) {
  return parse_id(text, kConfigPrefix);
}
std::string node_id(NodeNumber number) {
  return format_id(kNodePrefix, number);
}
std::string config_id(ConfigNumber number) {
  return format_id(kConfigPrefix, number);
}

bool is_daemon_name(std::string_view text) {
  if (!text.starts_with(kDaemonPrefix) || text.size() == kDaemonPrefix.size() || text.size() > kMaxDaemonNameLength) {
    return false;
  }
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

NameClass classify_names(std::string_view username, std::string_view client_id) {
  if (username.starts_with(kNodePrefix)) {
    return parse_node_id(username) && is_plain(client_id) ? NameClass::kDevice : NameClass::kMalformed;
  }
  if (username.starts_with(kDaemonPrefix)) {
    return is_daemon_name(username) && is_plain(client_id) ? NameClass::kDaemon : NameClass::kMalformed;
  }
  return claims_our_client_id(client_id) ? NameClass::kMalformed : NameClass::kForeign;
}

}  // namespace loomgate::access
