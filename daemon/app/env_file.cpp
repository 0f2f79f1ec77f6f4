// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "daemon/app/settings.h"
#include "daemon/app/settings_values.h"

extern char** environ;  // NOLINT: POSIX has no header for it

namespace loomgate::app {
namespace {

constexpr std::string_view kNameMarks = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

// The value behind a double quote: \n, \" and \\ are decoded. Empty optional: the closing quote is missing.
std::optional<std::string> double_quoted(std::string_view text, std::size_t& used) {
  std::string value;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') {
      used = at + 1;
      return value;
    }
    if (text[at] == '\\' && at + 1 < text.size()) {
      ++at;
      if (text[at] != '"' && text[at] != '\\' && text[at] != 'n') value += '\\';
      value += text[at] == 'n' ? '\n' : text[at];
      continue;
    }
    value += text[at];
  }
  return std::nullopt;
}

std::optional<std::string> single_quoted(std::string_view text, std::size_t& used) {
  const auto end = text.find('\'', 1);
  if (end == std::string_view::npos) return std::nullopt;
  used = end + 1;
  return std::string(text.substr(1, end - 1));
}

// Without quotes a # after a blank starts a comment.
std::string plain_value(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '#' && (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t')) return trimmed(text.substr(0, at));
  }
  return trimmed(text);
}

// Returns why the line cannot be read, or an empty text.
std::string read_line(std::string_view line, Environment& out) {
  if (line.starts_with("export ")) line.remove_prefix(7);
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return "expected NAME=value";
  const auto name = trimmed(line.substr(0, equals));
  if (name.empty() || name.find_first_not_of(kNameMarks) != std::string::npos)
    return "the name has a character that no name has";
  const auto text = trimmed(line.substr(equals + 1));
  if (text.empty() || (text.front() != '"' && text.front() != '\'')) {
    out[name] = plain_value(line.substr(equals + 1));
    return "";
  }
  std::size_t used = 0;
  const auto value = text.front() == '"' ? double_quoted(text, used) : single_quoted(text, used);
  if (!value) return "the closing quote is missing";
  const auto rest = trimmed(std::string_view(text).substr(used));
  if (!rest.empty() && rest.front() != '#') return "there is text after the closing quote";
  out[name] = *value;
  return "";
}

}  // namespace

Environment process_environment() {
  Environment found;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) found.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return found;
}

Environment parse_env_text(std::string_view text, std::string_view file_name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Environment found;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (const auto problem = read_line(line, found); !problem.empty()) {
      throw SettingsError(fmt::format("{} line {}: {}", file_name, number, problem));
    }
  }
  return found;
}

Environment read_env_file(const std::string& path) {
  std::string text;
  if (!read_file(path, text)) throw SettingsError(fmt::format("--env-file {}: the file cannot be read", path));
  return parse_env_text(text, path);
}

}  // namespace loomgate::app
