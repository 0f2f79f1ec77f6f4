// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_merge.h"

#include <gtest/gtest.h>

#include "tests/unit/domain/awg_fixture.h"

namespace loomgate::domain {
namespace {

const AwgOptionValue kNull;

json::Json parsed(const char* text) {
  auto result = json::parse(text);
  EXPECT_TRUE(result.value) << text;
  return std::move(*result.value);
}

std::string dump(const AwgOptions& options) {
  return awg_options_to_json(options).dump();
}

TEST(AwgOptions, ReadsTextsNumbersBooleansAndNull) {
  const AwgOptions options = awg_options_from_json(parsed(R"({"a":" x ","b":5,"c":true,"d":null,"e":"  "})").view());
  EXPECT_EQ(dump(options), R"({"a":"x","b":5,"c":true,"d":null,"e":null})");
}

TEST(AwgOptions, RefusesEverythingElse) {
  for (const char* bad : {R"({"k":[]})", R"({"k":{}})", R"({"k":1.5})", R"({"k":1e300})"}) {
    EXPECT_EQ(refusal([&] { awg_options_from_json(parsed(bad).view()); }), "INVALID_AWG_PARAMETER k") << bad;
  }
  for (const char* bad : {"[]", "null", "5", "\"x\""}) {
    EXPECT_EQ(refusal([&] { awg_options_from_json(parsed(bad).view()); }), "INVALID_AWG_PARAMETER awg_options") << bad;
  }
}

TEST(AwgMerge, SentKeysReplaceAndOthersStay) {
  const AwgOptions stored{{"disable_cookies", true}, {"rekey_timeout", "5"}};
  const AwgOptions sent{{"rekey_timeout", kNull}, {"keepalive_timeout", "9"}};
  EXPECT_EQ(dump(merge_awg_options(stored, sent, v31(), AwgLevel::kNode)),
            R"({"disable_cookies":true,"keepalive_timeout":"9","rekey_timeout":null})");
}

TEST(AwgMerge, Vector12DormantOptionsCanBeEchoedButNotChangedOrAdded) {
  const AwgOptions stored{{kHeaderProtectionKey, kSomeHeaderKey}};
  const auto merged = [&](const AwgOptions& sent) {
    return refusal([&] { EXPECT_EQ(merge_awg_options(stored, sent, v20(), AwgLevel::kConfig), stored); });
  };
  EXPECT_EQ(merged({{kHeaderProtectionKey, kSomeHeaderKey}}), "");
  EXPECT_EQ(merged({{kHeaderProtectionKey, "other"}}), "INVALID_AWG_PARAMETER header_protection_key");
  EXPECT_EQ(merged({{kHeaderProtectionKey, kNull}}), "INVALID_AWG_PARAMETER header_protection_key");
  EXPECT_EQ(merged({{kRandomTrailersKey, true}}), "INVALID_AWG_PARAMETER random_trailers");
  EXPECT_EQ(merged({{kRandomTrailersKey, kNull}}), "") << "nothing is added";
}

TEST(AwgMerge, UnknownKeysAreRefused) {
  EXPECT_EQ(refusal([] {
              merge_awg_options({}, {{"x", kNull}}, v31(), AwgLevel::kNode);
            }),
            "INVALID_AWG_PARAMETER awg_options");
  EXPECT_EQ(refusal([] {
              merge_awg_options({}, {{"itime", std::int64_t{5}}}, v15(), AwgLevel::kConfig);
            }),
            "INVALID_AWG_PARAMETER awg_options");
}

TEST(AwgMerge, StrategyIsAlwaysAllowedOnConfigsOnly) {
  const AwgOptions sent{{kRandomDirectionKey, "dns"}};
  EXPECT_EQ(merge_awg_options({}, sent, v15(), AwgLevel::kConfig), sent);
  EXPECT_EQ(refusal([&] { merge_awg_options({}, sent, v15(), AwgLevel::kNode); }), "INVALID_AWG_PARAMETER awg_options");
}

AwgNode stored_node() {
  AwgNode node = plain_node();
  node.i2 = "<t>";
  node.options = {{"disable_cookies", true}};
  return node;
}

AwgNode updated(const char* update) {
  return merge_awg_node_update(stored_node(), parsed(update).view(), v31());
}

TEST(AwgNodeUpdate, AbsentKeepsNullClearsAndOptionsMerge) {
  const AwgNode node = updated(R"({"awg_jc":9,"awg_i2":null,"awg_options":{"rekey_timeout":"6"}})");
  EXPECT_EQ(node.jc, 9);
  EXPECT_EQ(node.jmin, 64);
  EXPECT_EQ(node.i1, plain_node().i1);
  EXPECT_EQ(node.i2, std::nullopt);
  EXPECT_EQ(dump(node.options), R"({"disable_cookies":true,"rekey_timeout":"6"})");
  EXPECT_EQ(dump(updated(R"({"awg_options":null})").options), R"({"disable_cookies":true})");
  EXPECT_EQ(updated(R"({"awg_jc":null})").jc, std::nullopt);
}

TEST(AwgNodeUpdate, NothingButAmneziaWgFields) {
  for (const char* bad : {"[]", "null", "5", R"({"name":"x"})", R"({"awg_s1":5})", R"({"awg_version":"2.0"})"}) {
    EXPECT_EQ(refusal([&] { updated(bad); }), "INVALID_AWG_PARAMETER awg_node_updates") << bad;
  }
  EXPECT_EQ(refusal([] { updated(R"({"awg_jmax":-1})"); }), "INVALID_AWG_PARAMETER awg_jmax");
  EXPECT_EQ(refusal([] { updated(R"({"awg_jmax":"5"})"); }), "INVALID_AWG_PARAMETER awg_jmax");
  EXPECT_EQ(refusal([] { updated(R"({"awg_jmax":1e15})"); }), "INVALID_AWG_PARAMETER awg_jmax");
  EXPECT_EQ(refusal([] { updated(R"({"awg_i5":5})"); }), "INVALID_AWG_PARAMETER awg_i5");
  EXPECT_EQ(refusal([] { updated(R"({"awg_options":[]})"); }), "INVALID_AWG_PARAMETER awg_options");
}

TEST(AwgAlign, ASetSharedSwitchIsCopiedIntoNodes) {
  AwgShared shared;
  AwgNode node;
  EXPECT_FALSE(align_random_trailers(shared, node, v31())) << "the config leaves it open";
  shared.options[kRandomTrailersKey] = false;
  EXPECT_FALSE(align_random_trailers(shared, node, v20())) << "2.0 does not know it";
  EXPECT_TRUE(align_random_trailers(shared, node, v31()));
  EXPECT_EQ(node.options.at(kRandomTrailersKey), AwgOptionValue(false));
  EXPECT_FALSE(align_random_trailers(shared, node, v31())) << "nothing left to change";
}

}  // namespace
}  // namespace loomgate::domain
