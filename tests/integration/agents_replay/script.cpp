// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/agents_replay/script.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <utility>

#include "daemon/json/unicode.h"

namespace loomgate::test {
namespace {

using std::chrono::microseconds;

constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits{
    {{"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}}};

template <typename Number>
bool read_number(std::string_view digits, Number& value, int base = 10) {
  const auto* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, value, base);
  return result.ec == std::errc() && result.ptr == end;
}

char escaped(std::string_view text, std::size_t& at) {
  switch (text[at]) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case '\\':
      return '\\';
    case 'x': {
      unsigned value = 0;
      if (at + 2 < text.size() && read_number(text.substr(at + 1, 2), value, 16)) {
        at += 2;
        return static_cast<char>(value);
      }
      break;
    }
    default:
      break;
  }
  throw ScriptError(fmt::format("\\{} is no character", text[at]));
}

}  // namespace

std::vector<ScriptLine> script_lines(std::string_view text) {
  std::vector<ScriptLine> lines;
  std::istringstream input{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(input, line);) {
    ++number;
    const auto first = line.find_first_not_of(' ');
    if (first != std::string::npos && line[first] != '#') lines.push_back({number, line});
  }
  return lines;
}

std::vector<ScriptLine> read_script(const std::filesystem::path& file) {
  std::ifstream input(file);
  if (!input) throw ScriptError("cannot read " + file.string());
  std::ostringstream text;
  text << input.rdbuf();
  return script_lines(text.str());
}

Words::Words(std::string_view line) : line_(line.substr(0, line.find_last_not_of(" \r") + 1)) {
  at_ = std::min(line_.find_first_not_of(' '), line_.size());
}

std::string_view Words::peek() const {
  const std::string_view rest = std::string_view(line_).substr(at_);
  return rest.substr(0, rest.find(' '));
}

std::string Words::next(const char* what) {
  std::string word(peek());
  if (word.empty()) throw ScriptError(fmt::format("{} is missing", what));
  at_ = std::min(line_.find_first_not_of(' ', at_ + word.size()), line_.size());
  return word;
}

bool Words::take(std::string_view word) {
  if (peek() != word) return false;
  next("a word");
  return true;
}

int Words::number(const char* what) {
  const auto word = next(what);
  int value = 0;
  if (!read_number(std::string_view(word), value)) throw ScriptError(fmt::format("{} is no number: {}", what, word));
  return value;
}

microseconds Words::time() {
  return parse_time(next("a time"));
}

std::string Words::raw() {
  return line_.substr(std::exchange(at_, line_.size()));
}

std::string Words::text() {
  return unescape(raw());
}

void Words::end() const {
  if (!done()) throw ScriptError("too much: " + line_.substr(at_));
}

std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) {
      plain += escaped(text, ++at);
    } else {
      plain += text[at];
    }
  }
  return plain;
}

std::string escape(std::string_view text) {
  const bool readable = json::is_utf8(text);
  std::string line;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '\n') {
      line += "\\n";
    } else if (character == '\t') {
      line += "\\t";
    } else if (character == '\\') {
      line += "\\\\";
    } else if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !readable)) {
      line += fmt::format("\\x{:02x}", byte);
    } else {
      line += character;
    }
  }
  // What begins or ends a line must be seen.
  if (line.starts_with(' ')) line.replace(0, 1, "\\x20");
  if (line.ends_with(' ')) line.replace(line.size() - 1, 1, "\\x20");
  return line;
}

microseconds parse_time(std::string_view text) {
  const auto split = text.find_first_not_of("+-0123456789");
  auto digits = text.substr(0, split);
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  std::int64_t value = 0;
  if (split != std::string_view::npos && read_number(digits, value)) {
    for (const auto& [name, length] : kUnits)
      if (text.substr(split) == name) return microseconds(value * length);
  }
  throw ScriptError(fmt::format("no time: {}", text));
}

std::string time_text(microseconds time) {
  for (const auto& [name, length] : kUnits)
    if (time.count() % length == 0) return fmt::format("{}{}", time.count() / length, name);
  return {};
}

}  // namespace loomgate::test
