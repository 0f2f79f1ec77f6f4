// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_option_values.h"

#include <algorithm>
#include <charconv>

#include "daemon/crypto/tokens.h"
#include "daemon/domain/awg_refusal.h"
#include "daemon/domain/awg_strategy.h"
#include "daemon/domain/cps.h"

namespace loomgate::domain {
namespace {

constexpr std::uint64_t kMostRange = 65535;
constexpr std::uint64_t kMostCounter = 4294967295;
constexpr std::size_t kHeaderKeySize = 32;

std::optional<std::uint64_t> parse_number(std::string_view digits, std::uint64_t most) {
  // A sign is no digit, which from_chars would take.
  if (digits.empty() || digits.front() < '0' || digits.front() > '9') return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number > most) return std::nullopt;
  return number;
}

bool is_header_key(const AwgOptionValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  const auto bytes = text != nullptr ? crypto::from_base64(*text) : std::nullopt;
  return bytes && bytes->size() == kHeaderKeySize && std::ranges::any_of(*bytes, [](char byte) { return byte != 0; });
}

bool is_range(const AwgOptionValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && parse_number_range(*text, kMostRange).has_value();
}

bool is_cps(const AwgOptionValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && parse_cps(*text).has_value();
}

// A form sends what was typed, so digits count as a number.
bool make_counter(AwgOptionValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (const auto number = parse_number(*text, kMostCounter)) value = static_cast<std::int64_t>(*number);
  }
  const auto* number = std::get_if<std::int64_t>(&value);
  return number != nullptr && *number >= 0 && static_cast<std::uint64_t>(*number) <= kMostCounter;
}

void require(bool holds, std::string_view key, std::string_view complaint) {
  if (!holds) refuse_awg_parameter(key, complaint);
}

void check_value(const AwgOption& option, AwgOptionValue& value) {
  switch (option.kind) {
    case AwgOptionKind::kHeaderKey:
      return require(is_header_key(value), option.key, "must be base64 of 32 bytes that are not all zero");
    case AwgOptionKind::kSwitch:
      return require(std::holds_alternative<bool>(value), option.key, "must be true or false");
    case AwgOptionKind::kRange:
    case AwgOptionKind::kPadding:
      return require(is_range(value), option.key, "must be a text \"n\" or \"n-m\" with n <= m <= 65535");
    case AwgOptionKind::kCounter:
      return require(make_counter(value), option.key, "must be a whole number from 0 to 4294967295");
    case AwgOptionKind::kCps:
      return require(is_cps(value), option.key, "must be a chain of <b 0xHEX>, <t>, <r N>, <rc N> and <rd N>");
  }
}

}  // namespace

std::optional<AwgNumberRange> parse_number_range(std::string_view text, std::uint64_t most) {
  const std::size_t dash = text.find('-');
  const auto low = parse_number(text.substr(0, dash), most);
  const auto high = dash == std::string_view::npos ? low : parse_number(text.substr(dash + 1), most);
  if (!low || !high || *low > *high) return std::nullopt;
  return AwgNumberRange{*low, *high};
}

void check_awg_options(AwgOptions& options, AwgLevel level) {
  for (auto& [key, value] : options) {
    const bool is_strategy = level == AwgLevel::kConfig && is_strategy_key(key);
    const AwgOption* option = is_strategy ? nullptr : find_awg_option(level, key);
    require(is_strategy || option != nullptr, "awg_options", "has a key that no version knows at this level");
    if (is_null(value)) continue;
    if (option != nullptr) {
      check_value(*option, value);
    } else {
      require(std::holds_alternative<std::string>(value), key, "must be a text");
    }
  }
  if (level == AwgLevel::kConfig) stored_strategy(options);
}

}  // namespace loomgate::domain
