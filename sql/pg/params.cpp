// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/params.h"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

#include "sql/pg/errors.h"

namespace loomgate::pg {
namespace {

// libpq measures text with strlen, so a NUL would cut the value in silence. PostgreSQL cannot store one either.
void refuse_nul(std::string_view text) {
  if (text.find('\0') != std::string_view::npos)
    throw DatabaseError(ErrorClass::kInvalidInput, "22021", "", "text parameter contains a NUL byte");
}

std::string encode(std::int64_t value) { return std::to_string(value); }
std::string encode(bool value) { return value ? "t" : "f"; }
std::string encode(const std::string& value) { return value; }

std::string encode(Timestamp value) {
  const auto day = std::chrono::floor<std::chrono::days>(value);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(value - day);
  const int year = static_cast<int>(date.year());
  if (year < 1 || year > 9999) throw std::out_of_range("timestamp parameter outside the years 1 to 9999");
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}+00", year, static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(),
                     time.seconds().count(), time.subseconds().count());
}

std::string encode(const Bytes& value) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "\\x";
  text.reserve(2 + 2 * value.size());
  for (const std::uint8_t byte : value) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

// Always quoted, so that an element spelled NULL or holding a comma, a brace or blanks needs no rule of its own.
void append_element(std::string& literal, std::string_view text) {
  refuse_nul(text);
  literal += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') literal += '\\';
    literal += c;
  }
  literal += '"';
}

template <typename T>
void append_element(std::string& literal, const std::optional<T>& value) {
  if (value) {
    append_element(literal, encode(*value));
  } else {
    literal += "NULL";
  }
}

template <typename T>
std::string array_literal(const std::vector<T>& values) {
  std::string literal = "{";
  for (const auto& value : values) {
    if (literal.size() > 1) literal += ',';
    if constexpr (requires { value.has_value(); }) {
      append_element(literal, value);
    } else {
      append_element(literal, encode(static_cast<const T&>(value)));
    }
  }
  literal += '}';
  return literal;
}

}  // namespace

Params& Params::add(std::string_view text) {
  refuse_nul(text);
  values_.push_back({false, false, std::string(text)});
  return *this;
}

Params& Params::add(bool value) { return text(encode(value)); }
Params& Params::add(std::int64_t value) { return text(encode(value)); }
Params& Params::add(Timestamp value) { return text(encode(value)); }
Params& Params::add(const std::vector<std::string>& values) { return text(array_literal(values)); }
Params& Params::add(const std::vector<std::optional<std::string>>& values) { return text(array_literal(values)); }
Params& Params::add(const std::vector<std::int64_t>& values) { return text(array_literal(values)); }
Params& Params::add(const std::vector<std::optional<std::int64_t>>& values) { return text(array_literal(values)); }
Params& Params::add(const std::vector<bool>& values) { return text(array_literal(values)); }
Params& Params::add(const std::vector<Timestamp>& values) { return text(array_literal(values)); }
Params& Params::add(const std::vector<std::optional<Timestamp>>& values) { return text(array_literal(values)); }
Params& Params::add(const std::vector<Bytes>& values) { return text(array_literal(values)); }
Params& Params::add(const std::vector<std::optional<Bytes>>& values) { return text(array_literal(values)); }

Params& Params::add(const Bytes& value) {
  values_.push_back({false, true, std::string(value.begin(), value.end())});
  return *this;
}

Params& Params::add(std::nullptr_t) {
  values_.push_back({true, false, {}});
  return *this;
}

Params& Params::text(std::string encoded) {
  values_.push_back({false, false, std::move(encoded)});
  return *this;
}

}  // namespace loomgate::pg
