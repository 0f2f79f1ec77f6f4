// SPDX-License-Identifier: Apache-2.0
// Drafts of spec domain 6.10 and http-api 8.4.
#include "daemon/domain/awg_draft.h"

#include <gtest/gtest.h>

#include "daemon/domain/awg_params.h"
#include "daemon/domain/awg_validate.h"
#include "tests/unit/domain/awg_fixture.h"

namespace loomgate::domain {
namespace {

using enum AwgDirection;
using enum AwgIntensity;

constexpr AwgStrategy kPlain{};

AwgDraft generated(const AwgDraft& current, const AwgVersion& version, AwgScope scope = AwgScope::kAll,
                   AwgStrategy strategy = kPlain, unsigned seed = 1) {
  Random random = seeded(seed);
  return generate_awg_draft(current, version, strategy, scope, random);
}

AwgDraft draft_of(const AwgVersion& version, std::vector<AwgOptions> nodes) {
  AwgDraft draft{plain_shared(version), {}};
  for (auto& options : nodes) {
    draft.nodes.push_back({"n" + std::to_string(draft.nodes.size()), plain_node()});
    draft.nodes.back().params.options = std::move(options);
  }
  return draft;
}

AwgOptions trailers(AwgOptionValue value) {
  return {{kRandomTrailersKey, std::move(value)}};
}

TEST(AwgDraft, EveryDirectionIntensityAndVersionIsValid) {
  for (const AwgVersion& version : awg_versions()) {
    for (const AwgDirection direction : {kGeneric, kDns, kStun, kRtp, kQuic}) {
      for (const AwgIntensity intensity : {kLow, kBalanced, kHigh}) {
        for (unsigned seed = 0; seed < 5; ++seed) {
          const AwgStrategy strategy{direction, intensity};
          const AwgDraft draft = generated(draft_of(version, {{}, {}}), version, AwgScope::kAll, strategy, seed);
          EXPECT_EQ(stored_strategy(draft.config.options), strategy);
          EXPECT_EQ(refusal([&] { checked_awg_shared(draft.config, version); }), "");
          ASSERT_EQ(draft.nodes.size(), 2U);
          for (const AwgDraftNode& node : draft.nodes) {
            EXPECT_EQ(refusal([&] { checked_awg_node(node.params, version); }), "");
            EXPECT_EQ(refusal([&] { check_awg_together(draft.config, node.params, version); }), "");
            EXPECT_TRUE(node.params.jc && node.params.jmin && node.params.jmax && node.params.i1);
          }
        }
      }
    }
  }
}

TEST(AwgDraft, SFollowsTheIntensity) {
  for (const auto& [intensity, most] : {std::pair{kLow, 24}, {kBalanced, 48}, {kHigh, 96}}) {
    for (unsigned seed = 0; seed < 60; ++seed) {
      const AwgStrategy strategy{kGeneric, intensity};
      for (const AwgVersion& version : awg_versions()) {
        const AwgShared config = generated(draft_of(version, {}), version, AwgScope::kAll, strategy, seed).config;
        for (const auto& field : kAwgSFields) EXPECT_LE(config.*field.member, most);
        EXPECT_TRUE(version.s_fields.size() == 4 || *config.s3 + *config.s4 == 0);
        EXPECT_TRUE(!version.draws_common_s || has_equal_s(config));
        EXPECT_TRUE(!version.draws_common_s || config.s1 >= 12) << "a header key is set";
      }
    }
  }
}

TEST(AwgDraft, SMayBeSmallWithoutAHeaderKey) {
  bool below_12 = false;
  for (unsigned seed = 0; seed < 30; ++seed) {
    AwgDraft current = draft_of(v31(), {});
    current.config.options[kHeaderProtectionKey] = AwgOptionValue();
    const AwgShared config = generated(current, v31(), AwgScope::kAll, {kGeneric, kLow}, seed).config;
    EXPECT_EQ(config.options.at(kHeaderProtectionKey), AwgOptionValue()) << "null stays off";
    below_12 = below_12 || config.s1 < 12;
  }
  EXPECT_TRUE(below_12);
}

TEST(AwgDraft, HeaderKeyIsKeptOrMade) {
  AwgDraft current = draft_of(v31(), {});
  EXPECT_NE(text_option(generated(current, v31()).config.options, kHeaderProtectionKey), nullptr);
  current.config.options[kHeaderProtectionKey] = kSomeHeaderKey;
  EXPECT_EQ(*text_option(generated(current, v31()).config.options, kHeaderProtectionKey), kSomeHeaderKey);
}

TEST(AwgDraft, OldValuesOfWhatIsReplacedPlayNoPart) {
  AwgDraft current = draft_of(v31(), {{{"rekey_timeout", "nonsense"}, {"itime", true}}});
  current.config.s1 = -5;
  current.config.h1 = "nonsense";
  current.nodes[0].params.jmax = -1;
  current.nodes[0].params.i1 = "nonsense";
  EXPECT_EQ(refusal([&] { generated(current, v31()); }), "");
}

TEST(AwgDraft, KeptValuesAreChecked) {
  AwgDraft current = draft_of(v31(), {});
  current.config.options[kHeaderProtectionKey] = "nonsense";
  EXPECT_EQ(refusal([&] { generated(current, v31()); }), "INVALID_AWG_PARAMETER header_protection_key");
  current = draft_of(v31(), {{{kDisableCookiesKey, "yes"}}});
  EXPECT_EQ(refusal([&] { generated(current, v31()); }), "INVALID_AWG_PARAMETER disable_cookies");
  current = draft_of(v31(), {trailers("yes")});
  EXPECT_EQ(refusal([&] { generated(current, v31()); }), "INVALID_AWG_PARAMETER random_trailers");
}

TEST(AwgDraft, SharedSwitchIsWhatTheNodesHaveInCommon) {
  const auto shared_of = [](std::vector<AwgOptions> nodes) {
    const AwgDraft draft = generated(draft_of(v31(), std::move(nodes)), v31());
    const bool common = *switch_option(draft.config.options, kRandomTrailersKey);
    for (const AwgDraftNode& node : draft.nodes)
      EXPECT_EQ(*switch_option(node.params.options, kRandomTrailersKey), common);
    return common;
  };
  EXPECT_TRUE(shared_of({}));
  EXPECT_TRUE(shared_of({{}, trailers(true), trailers(AwgOptionValue())}));
  EXPECT_FALSE(shared_of({trailers(false), trailers(false)}));
}

TEST(AwgDraft, NodesThatDifferNeedAChoice) {
  AwgDraft current = draft_of(v31(), {trailers(false), {}});
  EXPECT_EQ(refusal([&] { generated(current, v31()); }), "INVALID_AWG_PARAMETER random_trailers");
  current.config.options[kRandomTrailersKey] = false;
  const AwgDraft draft = generated(current, v31());
  for (const AwgDraftNode& node : draft.nodes) EXPECT_FALSE(*switch_option(node.params.options, kRandomTrailersKey));
}

TEST(AwgDraft, CookiesSwitchIsKeptOrOff) {
  const AwgDraft draft = generated(draft_of(v31(), {{{kDisableCookiesKey, true}}, {}}), v31());
  EXPECT_TRUE(*switch_option(draft.nodes[0].params.options, kDisableCookiesKey));
  EXPECT_FALSE(*switch_option(draft.nodes[1].params.options, kDisableCookiesKey));
}

TEST(AwgDraft, OptionsOfOtherVersionsAreLeftOut) {
  AwgDraft current = draft_of(v20(), {trailers(true)});
  current.config.options[kHeaderProtectionKey] = kSomeHeaderKey;
  const AwgDraft draft = generated(current, v20());
  EXPECT_EQ(draft.config.options.size(), 2U) << "the strategy";
  EXPECT_TRUE(draft.nodes[0].params.options.empty());
}

TEST(AwgDraft, Vector8OneNodeLeavesTheConfigAlone) {
  AwgDraft current = draft_of(v31(), {{{kDisableCookiesKey, true}, {"rekey_timeout", "6"}}});
  const AwgDraft draft = generated(current, v31(), AwgScope::kNode, {kDns, kLow});
  EXPECT_TRUE(changed_awg_fields(current.config, draft.config).empty()) << "no key, no strategy, no S or H";
  ASSERT_EQ(draft.nodes.size(), 1U);
  EXPECT_EQ(draft.nodes[0].id, "n0");
  const AwgNode& node = draft.nodes[0].params;
  EXPECT_LE(node.jc, 3);
  EXPECT_TRUE(node.i1->starts_with("<r 2><b 0x0100"));
  EXPECT_TRUE(*switch_option(node.options, kDisableCookiesKey));
  EXPECT_FALSE(node.options.contains(kRandomTrailersKey)) << "kept as it was: absent";
  EXPECT_TRUE(node.options.contains("content_padding_addition"));
}

TEST(AwgDraft, OneNodeStillHasToFitItsConfig) {
  AwgDraft current = draft_of(v31(), {trailers(false)});
  current.config.options[kRandomTrailersKey] = true;
  EXPECT_EQ(refusal([&] { generated(current, v31(), AwgScope::kNode); }), "INVALID_AWG_PARAMETER random_trailers");
  current = draft_of(v31(), {{}});
  current.config.s1 = -1;
  EXPECT_EQ(refusal([&] { generated(current, v31(), AwgScope::kNode); }), "INVALID_AWG_PARAMETER awg_s1");
}

TEST(AwgDraft, ScopeNodeNeedsExactlyOne) {
  EXPECT_EQ(refusal([] { generated(draft_of(v20(), {}), v20(), AwgScope::kNode); }), "INVALID_AWG_PARAMETER scope");
  EXPECT_EQ(refusal([] {
              generated(draft_of(v20(), {{}, {}}), v20(), AwgScope::kNode);
            }),
            "INVALID_AWG_PARAMETER scope");
}

AwgOptions read_options(const char* text) {
  return awg_draft_node_from_json(json::parse(text).value->view()).options;
}

TEST(AwgDraftNode, IgnoresWhatIsReplacedWhateverItsType) {
  const char* text = R"({"awg_jmax":"x","awg_i1":5,"name":"n",
                         "awg_options":{"itime":[1],"rekey_timeout":{},"j1":1.5,"disable_cookies":true}})";
  EXPECT_EQ(awg_options_to_json(read_options(text)).dump(), R"({"disable_cookies":true})");
  EXPECT_TRUE(read_options("{}").empty());
  EXPECT_TRUE(read_options(R"({"awg_options":null})").empty());
}

TEST(AwgDraftNode, RefusesWhatItCannotKeep) {
  EXPECT_EQ(refusal([] { read_options("[]"); }), "INVALID_AWG_PARAMETER nodes");
  EXPECT_EQ(refusal([] { read_options(R"({"awg_options":5})"); }), "INVALID_AWG_PARAMETER awg_options");
  EXPECT_EQ(refusal([] { read_options(R"({"awg_options":{"x":1}})"); }), "INVALID_AWG_PARAMETER awg_options");
  EXPECT_EQ(refusal([] { read_options(R"({"awg_options":{"disable_cookies":[]}})"); }),
            "INVALID_AWG_PARAMETER disable_cookies");
}

}  // namespace
}  // namespace loomgate::domain
