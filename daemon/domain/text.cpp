// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/text.h"

#include <algorithm>
#include <cstdint>

namespace loomgate::domain {
namespace {

constexpr std::string_view kWhiteSpace = " \t\n\v\f\r";
constexpr char32_t kReplacement = 0xfffd;

// Bytes of the character that starts with `lead`; 0 when none does.
std::size_t length_of(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

}  // namespace

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

char32_t take_code_point(std::string_view& rest) {
  const auto lead = static_cast<std::uint8_t>(rest.front());
  const std::size_t length = length_of(lead);
  rest.remove_prefix(1);
  if (length == 0 || rest.size() + 1 < length) return kReplacement;
  if (length == 1) return lead;
  char32_t point = lead & (0x7fU >> length);
  for (std::size_t i = 0; i + 1 < length; ++i) {
    const auto next = static_cast<std::uint8_t>(rest[i]);
    if ((next & 0xc0U) != 0x80) return kReplacement;
    point = point << 6 | (next & 0x3fU);
  }
  rest.remove_prefix(length - 1);
  return point;
}

std::string_view cut_code_points(std::string_view text, std::size_t most) {
  std::string_view rest = text;
  while (most > 0 && !rest.empty()) {
    take_code_point(rest);
    --most;
  }
  return text.substr(0, text.size() - rest.size());
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) take_code_point(text);
  return count;
}

bool has_control_characters(std::string_view text) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f; };
  if (std::ranges::all_of(text, is_plain)) return false;  // nearly always; a hub's text has 15,000 values
  while (!text.empty()) {
    const char32_t point = take_code_point(text);
    if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return true;
  }
  return false;
}

}  // namespace loomgate::domain
