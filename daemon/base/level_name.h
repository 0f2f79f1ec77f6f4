// SPDX-License-Identifier: Apache-2.0
// A log level as log lines and the page of messages write it: trace, debug, info, warning, error.
#pragma once

#include "plugin/base/message.h"

namespace loomgate {

const char* level_name(Level level);

}  // namespace loomgate
