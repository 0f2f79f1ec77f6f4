// SPDX-License-Identifier: Apache-2.0
#include "daemon/base/time_codec.h"

namespace loomgate::json {

Rule date_time() {
  Rule rule = text().trimmed().check([](View value) -> std::optional<std::string> {
    if (from_iso(value.string())) return std::nullopt;
    return "Input should be a valid ISO 8601 date and time with a zone";
  });
  rule.format = "date-time";
  return rule;
}

}  // namespace loomgate::json
