// SPDX-License-Identifier: Apache-2.0
// What is wrong with a request, as spec http-api 3.1 wants it said. The offending input is never part of it.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/json/json.h"

namespace loomgate::json {

using Step = std::variant<std::string, std::size_t>;  // member name or list index
using Location = std::vector<Step>;                   // starts with "body", "query" or "path"

struct Problem {
  std::string type;  // rule id: "missing", "string_too_short", ...
  Location location;
  std::string message;
  Json context;  // object of rule parameters, or null: no ctx
};
using Problems = std::vector<Problem>;

// {"errors": [{"type", "loc", "msg", "ctx"?}, ...]}
Json problems_detail(const Problems& problems);
// The sentence for error.message: about the first problem, with the field's label.
std::string problems_message(const Problems& problems);
// "virtual_ip" -> "Virtual IP"; a name without a label is returned as it is.
std::string_view label_of(std::string_view field);

}  // namespace loomgate::json
