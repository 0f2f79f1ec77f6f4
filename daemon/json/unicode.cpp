// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/unicode.h"

#include <algorithm>

namespace loomgate::json {

namespace {

constexpr bool is_continuation(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

// How long the sequence is that starts with this byte, and the bits of the code point in it; 0 when none starts so.
struct Lead {
  std::size_t size;
  char32_t bits;
  char32_t least;  // smaller values would be overlong
};
constexpr Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1, byte, 0};
  if ((byte & 0xE0) == 0xC0) return {2, static_cast<char32_t>(byte & 0x1F), 0x80};
  if ((byte & 0xF0) == 0xE0) return {3, static_cast<char32_t>(byte & 0x0F), 0x800};
  if ((byte & 0xF8) == 0xF0) return {4, static_cast<char32_t>(byte & 0x07), 0x10000};
  return {0, 0, 0};
}

constexpr bool is_space(char32_t value) {
  if (value <= 0x20) return (value >= 0x09 && value <= 0x0D) || (value >= 0x1C && value <= 0x20);
  return value == 0x85 || value == 0xA0 || value == 0x1680 || (value >= 0x2000 && value <= 0x200A) || value == 0x2028 ||
         value == 0x2029 || value == 0x202F || value == 0x205F || value == 0x3000;
}

// Start of the last sequence of a valid UTF-8 text.
std::size_t last_start(std::string_view utf8) {
  std::size_t start = utf8.size() - 1;
  while (start > 0 && is_continuation(static_cast<unsigned char>(utf8[start]))) --start;
  return start;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  if (text.empty()) return {};
  const Lead lead = lead_of(static_cast<unsigned char>(text.front()));
  if (lead.size == 0 || text.size() < lead.size) return {};
  char32_t value = lead.bits;
  for (std::size_t i = 1; i < lead.size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (!is_continuation(byte)) return {};
    value = (value << 6) | (byte & 0x3FU);
  }
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < lead.least || value > 0x10FFFF || is_surrogate) return {};
  return {value, lead.size};
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.size == 0) return false;
    text.remove_prefix(point.size);
  }
  return true;
}

std::size_t count_code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char byte : utf8) count += is_continuation(static_cast<unsigned char>(byte)) ? 0 : 1;
  return count;
}

std::string_view trim(std::string_view utf8) {
  while (!utf8.empty()) {
    const CodePoint point = first_code_point(utf8);
    if (point.size == 0 || !is_space(point.value)) break;
    utf8.remove_prefix(point.size);
  }
  while (!utf8.empty()) {
    const std::size_t start = last_start(utf8);
    const CodePoint point = first_code_point(utf8.substr(start));
    if (point.size == 0 || !is_space(point.value)) break;
    utf8.remove_suffix(utf8.size() - start);
  }
  return utf8;
}

std::string repair_utf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  const auto is_special = [](char c) { return static_cast<signed char>(c) <= 0; };  // NUL, or a byte of something longer
  while (!text.empty()) {
    // Most texts are one run of ASCII.
    const auto plain = static_cast<std::size_t>(std::ranges::find_if(text, is_special) - text.begin());
    repaired += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const CodePoint point = first_code_point(text);
    const std::size_t taken = point.size == 0 ? 1 : point.size;
    if (point.size == 0 || point.value == 0) {
      repaired += "\xEF\xBF\xBD";
    } else {
      repaired += text.substr(0, taken);
    }
    text.remove_prefix(taken);
  }
  return repaired;
}

}  // namespace loomgate::json
