// SPDX-License-Identifier: Apache-2.0
// PostgreSQL's text forms into C++ values.
#include <charconv>
#include <stdexcept>

#include "sql/pg/result.h"

namespace loomgate::pg::detail {
namespace {

[[noreturn]] void disagree(const char* expected) {
  throw std::logic_error(std::string("statement and code disagree: the column is not ") + expected);
}

std::string_view required(const Row& row, int column) {
  if (row.is_null(column)) throw std::logic_error("statement and code disagree: NULL where a value is expected");
  return row.raw(column);
}

template <typename T>
T integer(std::string_view text, const char* expected) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) disagree(expected);
  return value;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  disagree("a bytea");
}

// Takes the leading digits and the separator behind them.
int take_number(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  if (end == std::string_view::npos) disagree("a timestamp with time zone");
  const int value = integer<int>(text.substr(0, end), "a timestamp with time zone");
  text.remove_prefix(end + 1);
  return value;
}

// "07.25" to microseconds.
std::chrono::microseconds seconds(std::string_view text) {
  constexpr std::size_t kDigits = 6;
  const std::size_t dot = text.find('.');
  const auto whole = std::chrono::seconds(integer<int>(text.substr(0, dot), "a timestamp with time zone"));
  if (dot == std::string_view::npos) return whole;
  std::string fraction(text.substr(dot + 1));
  if (fraction.size() > kDigits) disagree("a timestamp with time zone");
  fraction.resize(kDigits, '0');
  return whole + std::chrono::microseconds(integer<int>(fraction, "a timestamp with time zone"));
}

// One element of an array literal, from its first character; leaves text at the ',' or '}' behind it.
std::string take_element(std::string_view& text) {
  std::string element;
  const bool quoted = text.starts_with('"');
  if (quoted) text.remove_prefix(1);
  while (!text.empty() && (quoted ? text.front() != '"' : text.front() != ',' && text.front() != '}')) {
    if (text.front() == '\\') text.remove_prefix(1);
    if (text.empty()) break;
    element += text.front();
    text.remove_prefix(1);
  }
  if (text.empty() || (!quoted && (element == "NULL" || element.empty()))) disagree("an array of text without NULLs");
  if (quoted) text.remove_prefix(1);
  return element;
}

}  // namespace

void decode(const Row& row, int column, bool& out) {
  const std::string_view text = required(row, column);
  if (text != "t" && text != "f") disagree("a boolean");
  out = text == "t";
}

void decode(const Row& row, int column, int& out) { out = integer<int>(required(row, column), "an integer"); }
void decode(const Row& row, int column, std::int64_t& out) { out = integer<std::int64_t>(required(row, column), "a bigint"); }
void decode(const Row& row, int column, std::string& out) { out = required(row, column); }

void decode(const Row& row, int column, Timestamp& out) {
  std::string_view text = required(row, column);
  if (!text.ends_with("+00")) disagree("a timestamp with time zone");  // infinity and BC end differently
  text.remove_suffix(3);
  const int year = take_number(text, '-');
  const int month = take_number(text, '-');
  const int day = take_number(text, ' ');
  const int hour = take_number(text, ':');
  const int minute = take_number(text, ':');
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  out = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds(text);
}

void decode(const Row& row, int column, Bytes& out) {
  const std::string_view text = required(row, column);
  if (!text.starts_with("\\x") || text.size() % 2 != 0) disagree("a bytea");
  out.clear();
  out.reserve(text.size() / 2 - 1);
  for (std::size_t i = 2; i < text.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(hex_digit(text[i]) * 16 + hex_digit(text[i + 1])));
}

void decode(const Row& row, int column, std::vector<std::string>& out) {
  std::string_view text = required(row, column);
  out.clear();
  if (text == "{}") return;
  if (!text.starts_with('{') || !text.ends_with('}') || text.starts_with("{{")) disagree("an array");
  do {
    text.remove_prefix(1);  // the '{' or the ','
    out.push_back(take_element(text));
  } while (text.starts_with(','));
  if (text != "}") disagree("an array");
}

}  // namespace loomgate::pg::detail
