// SPDX-License-Identifier: Apache-2.0
// JSON for people: two spaces per level, one member or item per line, everything beyond ASCII escaped.
#pragma once

#include <string>

#include "daemon/json/json.h"

namespace loomgate::json {

std::string pretty(View value);

}  // namespace loomgate::json
