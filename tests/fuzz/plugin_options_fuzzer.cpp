// SPDX-License-Identifier: Apache-2.0
// The plugin's config_file and its plugin_opt lines. Input: the text of a config_file; its lines are also given as
// options.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "plugin/mosquitto/options.h"
#include "tests/fuzz/require.h"

namespace {

using loomgate::fuzz::require;
using namespace loomgate::plugin;

void check(const std::variant<Options, OptionError>& parsed) {
  if (const auto* error = std::get_if<OptionError>(&parsed)) {
    require(!error->sentence.empty(), "an error has a sentence");
    return;
  }
  const Options& options = std::get<Options>(parsed);
  require(!options.broker_id.empty() && options.broker_id.size() <= 64, "a broker has an id that the database takes");
  require(options.stale.count() == 0 || options.stale.count() >= 10, "stale_seconds is in range");
  require(options.lookup_wait.count() >= 1 && options.lookup_wait.count() <= 8, "lookup_wait_ms is in range");
  require(options.lookup_rate >= 0 && options.lookup_rate <= 1000, "lookup_rate is in range");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(parse_options({}, text));
  OptionPairs pairs;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t equals = std::min(line.find('='), line.size());
    pairs.emplace_back(line.substr(0, equals), line.substr(std::min(equals + 1, line.size())));
  }
  check(parse_options(pairs, {}));
  return 0;
}
