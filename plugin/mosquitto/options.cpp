// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/options.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>

#include "sql/pg/connection.h"

namespace loomgate::plugin {
namespace {

// A setter returns what the value must be when it is not, and nothing when all is well.
using Setter = std::string (*)(Options&, std::string_view);

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<int> number_in(std::string_view text, int lowest, int highest) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < lowest || number > highest)
    return std::nullopt;
  return number;
}

template <auto member, int lowest, int highest>
std::string set_number(Options& options, std::string_view text) {
  const auto number = number_in(text, lowest, highest);
  if (!number) return fmt::format("a whole number from {} to {}", lowest, highest);
  using Type = std::remove_reference_t<decltype(options.*member)>;
  options.*member = Type(*number);
  return {};
}

template <auto member>
std::string set_text(Options& options, std::string_view text) {
  if (text.empty()) return "a text that is not empty";
  options.*member = text;
  return {};
}

// Below ten seconds a busy moment of the database would look like an outage.
std::string set_stale(Options& options, std::string_view text) {
  const auto seconds = number_in(text, 0, 31536000);
  if (!seconds || (*seconds > 0 && *seconds < 10)) return "0 (for ever) or a whole number from 10 to 31536000";
  options.stale = std::chrono::seconds(*seconds);
  return {};
}

bool is_broker_id(std::string_view text) {
  constexpr auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

std::string set_broker_id(Options& options, std::string_view text) {
  if (!is_broker_id(text)) return "1 to 64 of the characters A-Z a-z 0-9 . _ -";
  options.broker_id = text;
  return {};
}

std::string set_wake_signal(Options& options, std::string_view text) {
  using Choice = WakeSignal::Choice;
  if (text == "auto" || text == "off") {
    options.wake_signal = {text == "auto" ? Choice::kAutomatic : Choice::kOff, 0};
    return {};
  }
  const auto number = number_in(text, SIGRTMIN, SIGRTMAX);
  if (!number) return fmt::format("auto, off, or a real-time signal number from {} to {}", SIGRTMIN, SIGRTMAX);
  options.wake_signal = {Choice::kNumber, *number};
  return {};
}

struct OptionRule {
  std::string_view name;
  Setter set;
  bool in_config_file;
};

constexpr std::array kRules{
    OptionRule{"dsn", set_text<&Options::dsn>, true},
    OptionRule{"dsn_file", set_text<&Options::dsn_file>, true},
    OptionRule{"config_file", set_text<&Options::config_file>, false},
    OptionRule{"cache_file", set_text<&Options::cache_file>, true},
    OptionRule{"broker_id", set_broker_id, true},
    OptionRule{"wake_signal", set_wake_signal, true},
    OptionRule{"stale_seconds", set_stale, true},
    OptionRule{"lookup_wait_ms", set_number<&Options::lookup_wait, 1, 8>, true},
    OptionRule{"lookup_rate", set_number<&Options::lookup_rate, 0, 1000>, true},
    OptionRule{"counters_seconds", set_number<&Options::counters_interval, 0, 3600>, true},
};

std::string known_names() {
  std::string names;
  for (const OptionRule& rule : kRules) names += (names.empty() ? "" : ", ") + std::string(rule.name);
  return names;
}

// Values are not quoted in sentences: one of them may be a password.
std::optional<OptionError> set_option(Options& options, std::set<std::string>& seen, std::string_view name,
                                      std::string_view value, bool from_file) {
  const auto* rule =
      std::find_if(kRules.begin(), kRules.end(), [&](const OptionRule& known) { return known.name == name; });
  if (rule == kRules.end())
    return OptionError{fmt::format("option '{}' is unknown; known are {}", name, known_names())};
  if (from_file && !rule->in_config_file)
    return OptionError{fmt::format("option '{}' cannot stand in the config_file", name)};
  if (!seen.insert(std::string(name)).second) return OptionError{fmt::format("option '{}' is given twice", name)};
  if (const std::string wanted = rule->set(options, trim(value)); !wanted.empty()) {
    return OptionError{fmt::format("option '{}' must be {}", name, wanted)};
  }
  return std::nullopt;
}

std::optional<OptionError> read_config_text(std::string_view text, Options& options, std::set<std::string>& seen) {
  for (int line_number = 1; !text.empty(); ++line_number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos)
      return OptionError{fmt::format("line {} of the config_file has no '='", line_number)};
    if (auto error = set_option(options, seen, trim(line.substr(0, equals)), line.substr(equals + 1), true))
      return error;
  }
  return std::nullopt;
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  std::string id = std::string(name.data()).substr(0, 64);
  std::replace_if(
      id.begin(), id.end(), [](char c) { return !is_broker_id(std::string_view(&c, 1)); }, '-');
  return id.empty() ? "mosquitto" : id;
}

std::optional<OptionError> complete_dsn(Options& options) {
  if (!options.dsn.empty() && !options.dsn_file.empty())
    return OptionError{"options 'dsn' and 'dsn_file' exclude each other"};
  if (!options.dsn_file.empty()) {
    const auto content = read_file(options.dsn_file);
    if (!content) return OptionError{fmt::format("option 'dsn_file': {} cannot be read", options.dsn_file)};
    options.dsn = trim(content->substr(0, content->find('\n')));
  }
  if (options.dsn.empty())
    return OptionError{"option 'dsn' (or 'dsn_file') is missing: the plugin must know its database"};
  std::string reason;
  auto normalized = pg::normalize_conninfo(options.dsn, reason);
  if (!normalized) return OptionError{fmt::format("option 'dsn' is no connection string: {}", reason)};
  options.dsn = std::move(*normalized);
  return std::nullopt;
}

}  // namespace

std::variant<Options, OptionError> parse_options(const OptionPairs& plugin_options, std::string_view config_text) {
  Options options;
  std::set<std::string> seen;
  for (const auto& [name, value] : plugin_options) {
    if (auto error = set_option(options, seen, name, value, false)) return *error;
  }
  if (auto error = read_config_text(config_text, options, seen)) return *error;
  if (options.broker_id.empty()) options.broker_id = host_name();
  return options;
}

std::variant<Options, OptionError> load_options(const OptionPairs& plugin_options) {
  std::string config_text;
  for (const auto& [name, value] : plugin_options) {
    if (name != "config_file") continue;
    auto content = read_file(value);
    if (!content) return OptionError{fmt::format("option 'config_file': {} cannot be read", value)};
    config_text = std::move(*content);
  }
  auto parsed = parse_options(plugin_options, config_text);
  if (auto* options = std::get_if<Options>(&parsed)) {
    if (auto error = complete_dsn(*options)) return *error;
  }
  return parsed;
}

}  // namespace loomgate::plugin
