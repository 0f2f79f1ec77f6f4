// SPDX-License-Identifier: Apache-2.0
// The plugin's settings: plugin_opt_<name> lines of the broker's configuration, and the same names in our own
// config_file
// (`name = value`, # starts a comment line), which is read again at SIGHUP because the broker's RELOAD event carries no
// options. docs/plugin.md lists them. Errors are one sentence for the operator that names the option.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace loomgate::plugin {

// How a thread wakes the broker out of its sleep.
struct WakeSignal {
  enum class Choice { kAutomatic, kOff, kNumber } choice = Choice::kAutomatic;
  int number = 0;
};

struct Options {
  std::string dsn;
  std::string dsn_file;
  std::string config_file;
  std::string cache_file;
  std::string broker_id;  // host name by default
  WakeSignal wake_signal;
  // May change at SIGHUP:
  std::chrono::seconds stale{86400};  // 0: never stale
  std::chrono::milliseconds lookup_wait{5};
  int lookup_rate = 10;                        // per second, 0: no look-ups
  std::chrono::seconds counters_interval{10};  // 0: no counters under $SYS
};

using OptionPairs = std::vector<std::pair<std::string, std::string>>;

struct OptionError {
  std::string sentence;
};

// Pure. A name may be given once, in one place only.
std::variant<Options, OptionError> parse_options(const OptionPairs& plugin_options, std::string_view config_text);

// Reads config_file when one is named, then dsn_file, and checks the dsn. Touches files, nothing else.
std::variant<Options, OptionError> load_options(const OptionPairs& plugin_options);

}  // namespace loomgate::plugin
