// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/grammar.h"

#include <charconv>

#include "daemon/json/unicode.h"

namespace loomgate::json {

namespace {

constexpr const char* kExpectedValue = "Expecting value";
constexpr const char* kBadString = "Invalid string";
constexpr std::size_t kMaxNumberLength = 60;  // cJSON reads at most 63 characters and leaves the rest behind

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Recursive descent; depth is bounded by kMaxDepth. Every step returns nullptr or the fault.
class Grammar {
 public:
  explicit Grammar(std::string_view text) : rest_(text) {}

  const char* document() {
    skip_space();
    if (const char* fault = value(0)) return fault;
    skip_space();
    return rest_.empty() ? nullptr : "Extra data";
  }

 private:
  void skip_space() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\n' || rest_[0] == '\r')) {
      rest_.remove_prefix(1);
    }
  }
  bool take(char wanted) {
    if (rest_.empty() || rest_[0] != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  const char* word(std::string_view wanted) {
    if (!rest_.starts_with(wanted)) return kExpectedValue;
    rest_.remove_prefix(wanted.size());
    return nullptr;
  }

  const char* value(std::size_t depth) {
    if (rest_.empty()) return kExpectedValue;
    switch (rest_[0]) {
      case '{':
        return members(depth + 1);
      case '[':
        return items(depth + 1);
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  const char* items(std::size_t depth) {
    if (depth > kMaxDepth) return "Nested too deeply";
    rest_.remove_prefix(1);
    skip_space();
    if (take(']')) return nullptr;
    while (true) {
      skip_space();
      if (const char* fault = value(depth)) return fault;
      skip_space();
      if (take(']')) return nullptr;
      if (!take(',')) return "Expecting ',' delimiter";
    }
  }

  const char* members(std::size_t depth) {
    if (depth > kMaxDepth) return "Nested too deeply";
    rest_.remove_prefix(1);
    skip_space();
    if (take('}')) return nullptr;
    while (true) {
      skip_space();
      if (rest_.empty() || rest_[0] != '"') return "Expecting property name enclosed in double quotes";
      if (const char* fault = string()) return fault;
      skip_space();
      if (!take(':')) return "Expecting ':' delimiter";
      skip_space();
      if (const char* fault = value(depth)) return fault;
      skip_space();
      if (take('}')) return nullptr;
      if (!take(',')) return "Expecting ',' delimiter";
    }
  }

  const char* string() {
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      if (take('"')) return nullptr;
      if (rest_[0] == '\\') {
        if (const char* fault = escape()) return fault;
        continue;
      }
      if (static_cast<unsigned char>(rest_[0]) < 0x20) return "Invalid control character";
      const CodePoint point = first_code_point(rest_);
      if (point.size == 0) return "Invalid UTF-8";
      rest_.remove_prefix(point.size);
    }
    return "Unterminated string";
  }

  const char* escape() {
    rest_.remove_prefix(1);
    if (rest_.empty()) return kBadString;
    const char kind = rest_[0];
    rest_.remove_prefix(1);
    if (kind != 'u')
      return std::string_view("\"\\/bfnrt").find(kind) == std::string_view::npos ? "Invalid escape" : nullptr;
    const auto first = hex4();
    if (!first) return "Invalid \\u escape";
    if (*first == 0) return "Escaped NUL is not supported";
    const bool is_high = *first >= 0xD800 && *first <= 0xDBFF;
    const bool is_low = *first >= 0xDC00 && *first <= 0xDFFF;
    if (is_low) return "Unpaired surrogate";
    if (!is_high) return nullptr;
    if (!take('\\') || !take('u')) return "Unpaired surrogate";
    const auto second = hex4();
    return second && *second >= 0xDC00 && *second <= 0xDFFF ? nullptr : "Unpaired surrogate";
  }

  std::optional<unsigned> hex4() {
    if (rest_.size() < 4) return std::nullopt;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + 4, value, 16);
    if (error != std::errc() || end != rest_.data() + 4) return std::nullopt;
    rest_.remove_prefix(4);
    return value;
  }

  bool digits() {
    if (rest_.empty() || !is_digit(rest_[0])) return false;
    while (!rest_.empty() && is_digit(rest_[0])) rest_.remove_prefix(1);
    return true;
  }

  const char* number() {
    const std::string_view from = rest_;
    take('-');
    const bool leading_zero = rest_.starts_with('0');
    if (leading_zero) {
      rest_.remove_prefix(1);
    } else if (!digits()) {
      return kExpectedValue;
    }
    if (take('.') && !digits()) return "Invalid number";
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return "Invalid number";
    }
    const std::size_t length = from.size() - rest_.size();
    if (length > kMaxNumberLength) return "Number out of range";
    double parsed = 0;
    const char* const end = from.data() + length;
    return std::from_chars(from.data(), end, parsed).ec == std::errc() ? nullptr : "Number out of range";
  }

  std::string_view rest_;
};

}  // namespace

const char* grammar_fault(std::string_view text) {
  return Grammar(text).document();
}

}  // namespace loomgate::json
