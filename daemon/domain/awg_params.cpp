// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_params.h"

#include <algorithm>

#include "daemon/domain/text.h"

namespace loomgate::domain {
namespace {

void drop_blank(std::optional<std::string>& text) {
  if (!text) return;
  const std::string trimmed(trim(*text));
  if (trimmed.empty()) {
    text.reset();
  } else {
    text = trimmed;
  }
}

void drop_blank(AwgOptions& options) {
  for (auto& [key, value] : options) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) continue;
    std::string trimmed(trim(*text));
    value = trimmed.empty() ? AwgOptionValue() : AwgOptionValue(std::move(trimmed));
  }
}

}  // namespace

void drop_blank_texts(AwgShared& shared) {
  for (const auto& field : kAwgHFields) drop_blank(shared.*field.member);
  drop_blank(shared.options);
}

void drop_blank_texts(AwgNode& node) {
  for (const auto& field : kAwgIFields) drop_blank(node.*field.member);
  drop_blank(node.options);
}

bool has_equal_s(const AwgShared& shared) {
  return std::ranges::all_of(kAwgSFields, [&](const auto& field) { return shared.*field.member == shared.s1; });
}

bool has_equal_handshake_sizes(const AwgShared& shared) {
  constexpr std::int64_t kDifference = 56;
  return shared.s1 && shared.s2 && *shared.s1 + kDifference == *shared.s2;
}

std::vector<std::string> changed_awg_fields(const AwgShared& before, const AwgShared& after) {
  std::vector<std::string> names;
  const auto compare = [&](const auto& field) {
    if (before.*field.member != after.*field.member) names.emplace_back(field.name);
  };
  std::ranges::for_each(kAwgSFields, compare);
  std::ranges::for_each(kAwgHFields, compare);
  if (before.options != after.options) names.emplace_back("awg_options");
  return names;
}

}  // namespace loomgate::domain
