// SPDX-License-Identifier: Apache-2.0
#include "plugin/access/identity.h"

#include <algorithm>
#include <array>

namespace loomgate::access {
namespace {

constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> make_digit_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::uint8_t digit = 0; digit < 16; ++digit) {
    values[static_cast<std::uint8_t>("0123456789abcdef"[digit])] = digit;
  }
  return values;
}
constexpr auto kDigitValues = make_digit_values();

std::optional<std::uint64_t> parse_id(std::string_view text, std::string_view prefix) {
  if (text.size() != prefix.size() + kIdDigits || !text.starts_with(prefix)) return std::nullopt;
  std::uint64_t number = 0;
  std::uint8_t seen = 0;
  for (const char c : text.substr(prefix.size())) {
    const std::uint8_t digit = kDigitValues[static_cast<std::uint8_t>(c)];
    seen |= digit;
    number = number << 4 | (digit & 0xf);
  }
  if ((seen & 0xf0) != 0) return std::nullopt;
  return number;
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
