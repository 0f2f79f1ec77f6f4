// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/awg_tools.h"

#include "daemon/base/error_codes.h"
#include "daemon/domain/awg_convert.h"
#include "daemon/domain/awg_draft.h"
#include "daemon/domain/awg_random.h"
#include "daemon/domain/awg_strategy.h"

namespace loomgate::services {
namespace {

using domain::AwgLevel;

AwgConfigParams params_of(const domain::AwgShared& shared) {
  return {shared.s1, shared.s2, shared.s3, shared.s4, shared.h1, shared.h2, shared.h3, shared.h4, shared.options};
}

std::vector<domain::AwgDraftNode> draft_nodes(json::View nodes) {
  std::vector<domain::AwgDraftNode> drafts;
  for (const auto& [id, node] : nodes.members()) {
    drafts.push_back({std::string(id), domain::awg_draft_node_from_json(node)});
  }
  return drafts;
}

json::Json labels(const domain::AwgVersion& version, AwgLevel level) {
  auto names = json::Json::object();
  for (const auto& option : domain::awg_options_of(version, level)) {
    if (option.listed) names.append(option.key, option.printed_name);
  }
  return names;
}

ProtocolVersion describe(const domain::AwgVersion& version) {
  return {{version.s_fields.begin(), version.s_fields.end()},
          version.h_ranges ? "range" : "integer",
          labels(version, AwgLevel::kConfig),
          labels(version, AwgLevel::kNode)};
}

}  // namespace

AwgConfigParams random_awg_config(const AwgRandomQuestion& question) {
  const auto& version = domain::require_awg_version(question.awg_version);
  domain::Random random;
  auto params = params_of(domain::random_awg_shared(version, random));
  params.options = {};
  if (!question.regenerate_key) return params;
  if (!domain::supports_option(version, AwgLevel::kConfig, domain::kHeaderProtectionKey)) {
    throw Error(errors::kInvalidAwgVersion, "This version of AmneziaWG has no header protection key");
  }
  params.options = domain::AwgOptions{{domain::kHeaderProtectionKey, domain::random_header_key(random)}};
  return params;
}

domain::AwgNode random_awg_node(const AwgNodeRandomQuestion& question) {
  domain::Random random;
  return domain::random_awg_node(domain::require_awg_version(question.awg_version), {}, random);
}

AwgConfigParams convert_awg(const AwgConversion& conversion) {
  const auto& target = domain::require_awg_version(conversion.awg_version);
  const auto* source = conversion.source_version ? &domain::require_awg_version(*conversion.source_version) : nullptr;
  domain::Random random;
  return params_of(domain::convert_awg_shared(as_sent(conversion.awg), source, target, random));
}

AwgDraftView generate_awg(const AwgGeneration& generation) {
  const auto& version = domain::require_awg_version(generation.awg_version);
  const auto strategy = domain::require_strategy(generation.direction, generation.intensity);
  const auto scope = generation.scope == "node" ? domain::AwgScope::kNode : domain::AwgScope::kAll;
  domain::Random random;
  auto draft = domain::generate_awg_draft({as_sent(generation.config), draft_nodes(generation.nodes.view())}, version,
                                          strategy, scope, random);
  AwgDraftView view{params_of(draft.config), {}};
  for (auto& node : draft.nodes) view.nodes.insert_or_assign(std::move(node.id), std::move(node.params));
  return view;
}

ProtocolOptions protocol_options() {
  ProtocolOptions options;
  options.default_awg_version = domain::kDefaultAwgVersion;
  for (const auto& version : domain::awg_versions()) {
    options.awg_versions.emplace_back(version.name);
    options.versions.emplace(version.name, describe(version));
  }
  return options;
}

}  // namespace loomgate::services
