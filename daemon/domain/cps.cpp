// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/cps.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "plugin/base/digest.h"

namespace loomgate::domain {
namespace {

constexpr int kMostRandom = 1000;
constexpr std::size_t kTimeSize = 4;
constexpr std::string_view kHexDigits = "0123456789abcdef";

struct RandomTag {
  std::string_view head;
  CpsKind kind;
};
constexpr std::array kRandomTags{RandomTag{"r ", CpsKind::kRandom}, RandomTag{"rc ", CpsKind::kCharacters},
                                 RandomTag{"rd ", CpsKind::kDigits}};

bool take(std::string_view& text, std::string_view head) {
  if (!text.starts_with(head)) return false;
  text.remove_prefix(head.size());
  return true;
}

std::optional<unsigned> hex_value(char digit) {
  if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
  const std::size_t value = kHexDigits.find(digit);
  if (value == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(value);
}

std::optional<std::string> read_hex(std::string_view digits) {
  if (digits.empty() || digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto high = hex_value(digits[i]);
    const auto low = hex_value(digits[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes.push_back(static_cast<char>(*high << 4 | *low));
  }
  return bytes;
}

std::optional<int> read_count(std::string_view digits) {
  // A sign is no digit, which from_chars would take.
  if (digits.empty() || digits.front() < '0' || digits.front() > '9') return std::nullopt;
  int count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc() || end != digits.data() + digits.size() || count > kMostRandom) return std::nullopt;
  return count;
}

// What stands between the angle brackets.
std::optional<CpsTag> read_tag(std::string_view inner) {
  if (inner == "t") return CpsTag{CpsKind::kTime, {}, 0};
  if (take(inner, "b 0x")) {
    auto bytes = read_hex(inner);
    if (!bytes) return std::nullopt;
    return CpsTag{CpsKind::kBytes, std::move(*bytes), 0};
  }
  for (const RandomTag& tag : kRandomTags) {
    if (!take(inner, tag.head)) continue;
    const auto count = read_count(inner);
    if (!count) return std::nullopt;
    return CpsTag{tag.kind, {}, *count};
  }
  return std::nullopt;
}

std::string text_of(const CpsTag& tag) {
  if (tag.kind == CpsKind::kTime) return "<t>";
  if (tag.kind == CpsKind::kBytes) {
    return "<b 0x" + to_hex({reinterpret_cast<const std::uint8_t*>(tag.bytes.data()), tag.bytes.size()}) + ">";
  }
  const auto* random = std::ranges::find(kRandomTags, tag.kind, &RandomTag::kind);
  return "<" + std::string(random->head) + std::to_string(tag.count) + ">";
}

}  // namespace

std::optional<std::vector<CpsTag>> parse_cps(std::string_view text) {
  std::vector<CpsTag> tags;
  bool has_time = false;
  while (!text.empty()) {
    if (!take(text, "<")) return std::nullopt;
    const std::size_t end = text.find('>');
    if (end == std::string_view::npos) return std::nullopt;
    auto tag = read_tag(text.substr(0, end));
    if (!tag) return std::nullopt;
    if (tag->kind == CpsKind::kTime && std::exchange(has_time, true)) return std::nullopt;
    tags.push_back(std::move(*tag));
    text.remove_prefix(end + 1);
  }
  if (tags.empty()) return std::nullopt;
  return tags;
}

std::string to_cps(const std::vector<CpsTag>& tags) {
  std::string text;
  for (const CpsTag& tag : tags) text += text_of(tag);
  return text;
}

std::size_t packet_size(const std::vector<CpsTag>& tags) {
  std::size_t size = 0;
  for (const CpsTag& tag : tags) {
    size += tag.kind == CpsKind::kTime ? kTimeSize : tag.bytes.size() + static_cast<std::size_t>(tag.count);
  }
  return size;
}

}  // namespace loomgate::domain
