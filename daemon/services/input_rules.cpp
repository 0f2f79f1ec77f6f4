// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/input_rules.h"

#include "daemon/domain/addresses.h"
#include "daemon/domain/text.h"

namespace loomgate::services {
namespace {

using Finding = std::optional<std::string>;

const char* const kControlCharacters = "Control characters and line breaks are not allowed";

Finding find_control_characters(json::View value) {
  if (!value.is(json::Type::kString) || !domain::has_control_characters(value.string())) return std::nullopt;
  return kControlCharacters;
}

}  // namespace

json::Rule plain_text(json::Rule text) { return text.check(find_control_characters); }

json::Rule plain_list(json::Rule list, std::size_t most) {
  return list.check([most](json::View value) -> Finding {
    if (!value.is(json::Type::kArray)) return std::nullopt;
    for (const auto item : value.items()) {
      if (auto finding = find_control_characters(item)) return finding;
      if (domain::count_code_points(item.string()) > most) {
        return "Every item has at most " + std::to_string(most) + " characters";
      }
    }
    return std::nullopt;
  });
}

json::Rule network_text() {
  return json::text().trimmed().check([](json::View value) -> Finding {
    if (domain::parse_cidr(value.string())) return std::nullopt;
    return "An IPv4 or IPv6 network is needed, for example 10.66.0.0/24";
  });
}

}  // namespace loomgate::services
