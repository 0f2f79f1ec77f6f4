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

void append_int32(std::string& out, std::int64_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(static_cast<std::uint32_t>(value) >> shift & 0xFF);
}

const Bytes* element(const Bytes& value) { return &value; }
const Bytes* element(const std::optional<Bytes>& value) { return value ? &*value : nullptr; }

// PostgreSQL's binary form of a one-dimensional bytea[]: dimensions, "may hold nulls", element type, count, lower bound,
// then each element's length and bytes; length -1 is NULL.
template <typename T>
std::string binary_array(const std::vector<T>& values) {
  constexpr std::int64_t kByteaOid = 17;
  std::size_t size = 20;
  for (const T& value : values) size += 4 + (element(value) ? element(value)->size() : 0);
  std::string out;
  out.reserve(size);
  append_int32(out, values.empty() ? 0 : 1);
  append_int32(out, 1);
  append_int32(out, kByteaOid);
  if (values.empty()) return out;
  append_int32(out, static_cast<std::int64_t>(values.size()));
  append_int32(out, 1);
  for (const T& value : values) {
    const Bytes* bytes = element(value);
    append_int32(out, bytes ? static_cast<std::int64_t>(bytes->size()) : -1);
    if (bytes) out.append(bytes->begin(), bytes->end());
  }
  return out;
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
Params& Params::add(const std::vector<Bytes>& values) {
  values_.push_back({false, true, binary_array(values)});
  return *this;
}

Params& Params::add(const std::vector<std::optional<Bytes>>& values) {
  values_.push_back({false, true, binary_array(values)});
  return *this;
}

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
