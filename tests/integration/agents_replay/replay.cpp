// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/agents_replay/replay.h"

#include <gtest/gtest.h>

#include "tests/integration/agents_replay/acts.h"
#include "tests/integration/agents_replay/expectations.h"

namespace loomgate::test {

void replay(World& world, const std::vector<ScriptLine>& lines, const std::string& file) {
  for (const auto& line : lines) {
    try {
      const auto problem = perform(world, line.text);
      if (!problem.empty()) ADD_FAILURE_AT(file.c_str(), line.number) << line.text << "\n  " << problem;
    } catch (const ScriptError& error) {
      ADD_FAILURE_AT(file.c_str(), line.number) << line.text << "\n  " << error.what();
      return;
    }
  }
  const auto problem = check_end(world);
  const int last = lines.empty() ? 0 : lines.back().number;
  if (!problem.empty()) ADD_FAILURE_AT(file.c_str(), last) << problem;
}

}  // namespace loomgate::test
