// SPDX-License-Identifier: Apache-2.0
// Checks a value against a rule, collects every problem, and returns the normalised value: text trimmed, numeric text
// turned into numbers, unknown members dropped, members in declaration order.
#pragma once

#include <optional>

#include "daemon/json/problem.h"
#include "daemon/json/rule.h"

namespace loomgate::json {

// Query and path values are always text, so there booleans and lists are read from text as well.
enum class Source { kBody, kText };

// nullopt when problems were added. `value` nullopt means absent, which is only right at the top.
std::optional<Json> validate(std::optional<View> value, const Rule& rule, Source source, Location where,
                             Problems& problems);

}  // namespace loomgate::json
