// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace loomgate::app {

// docs/messages.md: every log line with an id that is linked into the program, in the order of the ids.
std::string messages_markdown();

}  // namespace loomgate::app
