// SPDX-License-Identifier: Apache-2.0
// The text of a conversation: lines of words. Blank lines and lines that begin with # say nothing. What the words mean
// stands in acts.h and expectations.h.
//
//   TIME   a number with us, ms, s, m or h: 250ms, 90m
//   TEXT   the rest of the line; \n, \t, \\ and \xHH stand for characters
#pragma once

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace loomgate::test {

// A line that cannot be understood or done. What it says is for whoever wrote the line.
class ScriptError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ScriptLine {
  int number = 0;  // from 1
  std::string text;
};

std::vector<ScriptLine> script_lines(std::string_view text);
std::vector<ScriptLine> read_script(const std::filesystem::path& file);

// The words of one line, taken from the front.
class Words {
 public:
  explicit Words(std::string_view line);

  std::string next(const char* what);  // throws ScriptError when nothing is left: "... is missing"
  bool take(std::string_view word);    // only if it comes next
  int number(const char* what);        // a word of digits
  std::chrono::microseconds time();    // with or without a sign
  std::string text();                  // the rest, unescaped; may be empty
  std::string raw();                   // the rest as it stands
  bool done() const { return at_ >= line_.size(); }
  void end() const;  // throws ScriptError when something is left

 private:
  std::string_view peek() const;
  std::string line_;
  std::size_t at_ = 0;
};

std::string unescape(std::string_view text);
// One line that unescape() turns back; bytes that are not printable ASCII or UTF-8 become \xHH.
std::string escape(std::string_view text);
std::chrono::microseconds parse_time(std::string_view text);
std::string time_text(std::chrono::microseconds time);

}  // namespace loomgate::test
