// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/integration/agents_replay/script.h"
#include "tests/integration/agents_replay/world.h"

namespace loomgate::test {

// Performs every line. What is not as expected is a failure of the running test at that line; a line that cannot be
// done ends the conversation.
void replay(World& world, const std::vector<ScriptLine>& lines, const std::string& file);

}  // namespace loomgate::test
