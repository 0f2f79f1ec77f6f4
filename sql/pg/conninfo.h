// SPDX-License-Identifier: Apache-2.0
// Private to sql/pg: a conninfo taken apart by libpq's own parser.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loomgate::pg {

struct ConninfoField {
  std::string keyword;
  std::string value;
  bool secret = false;
};

// The fields that the text sets, in libpq's order; nullopt and a reason without secrets when libpq refuses it.
std::optional<std::vector<ConninfoField>> parse_conninfo(std::string_view conninfo, std::string& reason);

}  // namespace loomgate::pg
