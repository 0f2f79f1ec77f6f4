// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_draft.h"

#include <algorithm>
#include <utility>

#include "daemon/domain/awg_chain.h"
#include "daemon/domain/awg_draw.h"
#include "daemon/domain/awg_merge.h"
#include "daemon/domain/awg_params.h"
#include "daemon/domain/awg_random.h"
#include "daemon/domain/awg_refusal.h"
#include "daemon/domain/awg_validate.h"

namespace loomgate::domain {
namespace {

constexpr std::uint32_t kLeastSWithHeaderKey = 12;

std::uint32_t most_s(AwgIntensity intensity) {
  switch (intensity) {
    case AwgIntensity::kLow:
      return 24;
    case AwgIntensity::kBalanced:
      return 48;
    case AwgIntensity::kHigh:
      return 96;
  }
  return 0;
}

// A node that leaves the switch open counts as "on".
bool wants_trailers(const AwgNode& node) {
  const AwgOptionValue* value = find_option(node.options, kRandomTrailersKey);
  if (value == nullptr) return true;
  if (const bool* flag = std::get_if<bool>(value)) return *flag;
  refuse_awg_parameter(kRandomTrailersKey, "must be true or false");
}

bool common_trailers(const std::vector<AwgDraftNode>& nodes) {
  const bool first = nodes.empty() || wants_trailers(nodes.front().params);
  for (const AwgDraftNode& node : nodes) {
    if (wants_trailers(node.params) != first) {
      refuse_awg_parameter(kRandomTrailersKey, "differs between the nodes: choose a value for the config");
    }
  }
  return first;
}

void complete_config_options(AwgOptions& options, const std::vector<AwgDraftNode>& nodes, const AwgVersion& version,
                             Random& random) {
  if (supports_option(version, AwgLevel::kConfig, kRandomTrailersKey) &&
      find_option(options, kRandomTrailersKey) == nullptr) {
    options[kRandomTrailersKey] = common_trailers(nodes);
  }
  if (supports_option(version, AwgLevel::kConfig, kHeaderProtectionKey) && !options.contains(kHeaderProtectionKey)) {
    options[kHeaderProtectionKey] = random_header_key(random);
  }
}

std::array<AwgBounds, 4> s_bounds(const AwgShared& config, const AwgVersion& version, AwgIntensity intensity) {
  const bool has_key = find_option(config.options, kHeaderProtectionKey) != nullptr;
  std::array<AwgBounds, 4> bounds{};
  for (std::size_t i = 0; i < version.s_fields.size(); ++i) {
    bounds.at(i) = {has_key ? kLeastSWithHeaderKey : 0, most_s(intensity)};
  }
  return bounds;
}

AwgShared new_config(const AwgDraft& current, const AwgVersion& version, const AwgStrategy& strategy, Random& random) {
  AwgShared config;
  config.version = version.name;
  config.options = current.config.options;
  keep_supported_options(config.options, version, AwgLevel::kConfig);
  store_strategy(config.options, strategy);
  complete_config_options(config.options, current.nodes, version, random);
  draw_missing_s(config, version, s_bounds(config, version, strategy.intensity), random);
  draw_missing_h(config, version, random);
  return checked_awg_shared(std::move(config), version);
}

// What a new set of node values leaves of the old options: the switches that the version knows.
AwgOptions kept_options(const AwgOptions& options, const AwgVersion& version) {
  AwgOptions kept;
  for (const AwgOption& option : version.node_options) {
    const auto found = options.find(option.key);
    if (option.kind == AwgOptionKind::kSwitch && found != options.end()) kept.insert(*found);
  }
  return kept;
}

AwgNode new_node(const AwgNode& current, const AwgVersion& version, const AwgStrategy& strategy, Random& random) {
  AwgNode node;
  const AwgJunk junk = draw_junk(strategy.intensity, random);
  node.jc = junk.count;
  node.jmin = junk.smallest;
  node.jmax = junk.largest;
  const AwgChain chain = draw_awg_chain(strategy, random);
  for (std::size_t i = 0; i < chain.size(); ++i) node.*kAwgIFields.at(i).member = chain.at(i);
  node.options = kept_options(current.options, version);
  node.options.merge(draw_node_options(version, strategy.intensity, random));
  return node;
}

void align_switches(AwgNode& node, const AwgShared& config, const AwgVersion& version) {
  align_random_trailers(config, node, version);
  if (supports_option(version, AwgLevel::kNode, kDisableCookiesKey) &&
      find_option(node.options, kDisableCookiesKey) == nullptr) {
    node.options[kDisableCookiesKey] = false;
  }
}

}  // namespace

AwgDraft generate_awg_draft(AwgDraft current, const AwgVersion& version, const AwgStrategy& strategy, AwgScope scope,
                            Random& random) {
  if (scope == AwgScope::kNode && current.nodes.size() != 1) {
    refuse_awg_parameter("scope", "node needs exactly one node");
  }
  AwgDraft draft;
  draft.config = scope == AwgScope::kAll ? new_config(current, version, strategy, random)
                                         : checked_awg_shared(current.config, version);
  for (const AwgDraftNode& node : current.nodes) {
    AwgNode params = new_node(node.params, version, strategy, random);
    if (scope == AwgScope::kAll) align_switches(params, draft.config, version);
    params = checked_awg_node(std::move(params), version);
    check_awg_together(draft.config, params, version);
    draft.nodes.push_back({node.id, std::move(params)});
  }
  return draft;
}

AwgNode awg_draft_node_from_json(json::View object) {
  if (!object.is(json::Type::kObject)) refuse_awg_parameter("nodes", "must hold an object per node");
  AwgNode node;
  const auto options = object.find("awg_options");
  if (!options || options->is(json::Type::kNull)) return node;
  if (!options->is(json::Type::kObject)) refuse_awg_parameter("awg_options", "must be an object");
  json::Json kept = json::Json::object();
  for (const auto& [key, value] : options->members()) {
    const AwgOption* option = find_awg_option(AwgLevel::kNode, key);
    if (option == nullptr) refuse_awg_parameter("awg_options", "has a key that no version knows at this level");
    if (option->kind == AwgOptionKind::kSwitch) kept.set(key, json::Json::copy_of(value));
  }
  node.options = awg_options_from_json(kept.view());
  return node;
}

}  // namespace loomgate::domain
