// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_merge.h"

#include <algorithm>
#include <limits>

#include "daemon/domain/awg_params.h"
#include "daemon/domain/awg_refusal.h"

namespace loomgate::domain {
namespace {

void merge_dormant(AwgOptions& merged, const std::string& key, const AwgOptionValue& sent) {
  const auto stored = merged.find(key);
  const AwgOptionValue value = stored == merged.end() ? AwgOptionValue() : stored->second;
  if (sent != value) refuse_awg_parameter(key, "is no option of this version and can only keep its stored value");
}

std::optional<int> number_of(json::View value, const char* name) {
  if (value.is(json::Type::kNull)) return std::nullopt;
  const auto number = value.is(json::Type::kNumber) ? value.integer() : std::nullopt;
  if (!number || *number < 0 || *number > std::numeric_limits<int>::max()) {
    refuse_awg_parameter(name, "must be a whole number from 0 to 65535");
  }
  return static_cast<int>(*number);
}

std::optional<std::string> text_of(json::View value, const char* name) {
  if (value.is(json::Type::kNull)) return std::nullopt;
  if (!value.is(json::Type::kString)) refuse_awg_parameter(name, "must be a text or null");
  return std::string(value.string());
}

// The field of that name takes what `read` makes of the value; false when the table has no such name.
template <typename Fields, typename Read>
bool assign(const Fields& fields, AwgNode& node, std::string_view key, json::View value, const Read& read) {
  const auto found = std::ranges::find_if(fields, [&](const auto& field) { return field.name == key; });
  if (found == fields.end()) return false;
  node.*found->member = read(value, found->name);
  return true;
}

}  // namespace

AwgOptions merge_awg_options(const AwgOptions& stored, const AwgOptions& sent, const AwgVersion& version,
                             AwgLevel level) {
  AwgOptions merged = stored;
  for (const auto& [key, value] : sent) {
    const bool is_strategy = level == AwgLevel::kConfig && is_strategy_key(key);
    if (is_strategy || supports_option(version, level, key)) {
      merged[key] = value;
    } else if (find_awg_option(level, key) != nullptr) {
      merge_dormant(merged, key, value);
    } else {
      refuse_awg_parameter("awg_options", "has a key that no version knows at this level");
    }
  }
  return merged;
}

void keep_supported_options(AwgOptions& options, const AwgVersion& version, AwgLevel level) {
  std::erase_if(options, [&](const auto& option) {
    return find_awg_option(level, option.first) != nullptr && !supports_option(version, level, option.first);
  });
}

AwgNode merge_awg_node_update(AwgNode stored, json::View update, const AwgVersion& version) {
  constexpr const char* kField = "awg_node_updates";
  if (!update.is(json::Type::kObject)) refuse_awg_parameter(kField, "must hold an object per node");
  for (const auto& [key, value] : update.members()) {
    if (assign(kAwgJFields, stored, key, value, number_of)) continue;
    if (assign(kAwgIFields, stored, key, value, text_of)) continue;
    if (key != "awg_options") refuse_awg_parameter(kField, "may hold AmneziaWG fields of nodes only");
    if (value.is(json::Type::kNull)) continue;
    stored.options = merge_awg_options(stored.options, awg_options_from_json(value), version, AwgLevel::kNode);
  }
  return stored;
}

bool align_random_trailers(const AwgShared& shared, AwgNode& node, const AwgVersion& version) {
  for (const AwgLevel level : {AwgLevel::kConfig, AwgLevel::kNode}) {
    if (!supports_option(version, level, kRandomTrailersKey)) return false;
  }
  const bool* common = switch_option(shared.options, kRandomTrailersKey);
  if (common == nullptr) return false;
  AwgOptionValue& own = node.options[kRandomTrailersKey];
  if (own == AwgOptionValue(*common)) return false;
  own = *common;
  return true;
}

}  // namespace loomgate::domain
