// SPDX-License-Identifier: Apache-2.0
// Conversions of shared parameters in every direction (spec domain 6.9).
#include "daemon/domain/awg_convert.h"

#include <gtest/gtest.h>

#include "daemon/domain/awg_params.h"
#include "daemon/domain/awg_validate.h"
#include "tests/unit/domain/awg_fixture.h"

namespace loomgate::domain {
namespace {

AwgShared converted(const AwgShared& current, const AwgVersion* source, const AwgVersion& target, unsigned seed = 1) {
  Random random = seeded(seed);
  return convert_awg_shared(current, source, target, random);
}

AwgShared with_ranges() {
  AwgShared shared = plain_shared(v20());
  shared.s1 = 10;
  shared.s2 = 66;
  shared.s3 = 30;
  shared.s4 = 40;
  shared.h1 = "100 - 200";
  shared.h2 = "300-400";
  return shared;
}

AwgShared with_key() {
  AwgShared shared = plain_shared(v31());
  shared.options = {{kHeaderProtectionKey, kSomeHeaderKey},
                    {kRandomTrailersKey, true},
                    {kRandomDirectionKey, "dns"},
                    {kRandomIntensityKey, "low"}};
  return shared;
}

std::vector<std::string> keys(const AwgOptions& options) {
  std::vector<std::string> all;
  for (const auto& [key, value] : options) all.push_back(key);
  return all;
}

TEST(AwgConvert, EveryPairGivesValidParametersOfTheTarget) {
  for (const AwgVersion& source : awg_versions()) {
    for (const AwgVersion& target : awg_versions()) {
      for (unsigned seed = 0; seed < 20; ++seed) {
        const AwgShared shared = converted(plain_shared(source), &source, target, seed);
        EXPECT_EQ(shared.version, target.name);
        EXPECT_EQ(refusal([&] { checked_awg_shared(shared, target); }), "") << source.name << " to " << target.name;
        for (const auto& field : kAwgSFields) EXPECT_TRUE(shared.*field.member);
        for (const auto& field : kAwgHFields) EXPECT_TRUE(shared.*field.member);
      }
    }
  }
}

TEST(AwgConvert, From20To15) {
  const AwgShared shared = converted(with_ranges(), &v20(), v15());
  EXPECT_EQ(shared.s1, 10);
  EXPECT_EQ(shared.s2, 15) << "was S1 + 56";
  EXPECT_EQ(shared.s3, 0);
  EXPECT_EQ(shared.s4, 0);
  EXPECT_EQ(shared.h1, "100");
  EXPECT_EQ(shared.h2, "300");
  EXPECT_EQ(shared.h3, "4096");
}

TEST(AwgConvert, From31To15) {
  const AwgShared shared = converted(with_key(), &v31(), v15());
  EXPECT_EQ(shared.s1, 20);
  EXPECT_EQ(shared.s2, 20);
  EXPECT_EQ(shared.s3, 0);
  EXPECT_EQ(shared.h1, "1024");
  EXPECT_EQ(keys(shared.options), (std::vector<std::string>{kRandomDirectionKey, kRandomIntensityKey}));
}

TEST(AwgConvert, From15To20DrawsWhat15DidNotHave) {
  bool is_drawn = false;
  for (unsigned seed = 0; seed < 5; ++seed) {
    const AwgShared shared = converted(plain_shared(v15()), &v15(), v20(), seed);
    EXPECT_EQ(shared.s1, 20);
    EXPECT_EQ(shared.s2, 20);
    EXPECT_GE(shared.s3, 15);
    EXPECT_LE(shared.s3, 64);
    EXPECT_LE(shared.s4, 32);
    is_drawn = is_drawn || shared.s4 != 0;
    EXPECT_EQ(shared.h1, "1024");
  }
  EXPECT_TRUE(is_drawn);
}

TEST(AwgConvert, From31To20KeepsSAndH) {
  const AwgShared shared = converted(with_key(), &v31(), v20());
  EXPECT_EQ(changed_awg_fields(with_key(), shared), std::vector<std::string>{"awg_options"});
  EXPECT_EQ(keys(shared.options), (std::vector<std::string>{kRandomDirectionKey, kRandomIntensityKey}));
}

TEST(AwgConvert, To31DrawsEverythingAnew) {
  for (const AwgVersion* source : {&v15(), &v20()}) {
    const AwgShared shared = converted(plain_shared(*source), source, v31());
    EXPECT_TRUE(has_equal_s(shared));
    EXPECT_GE(shared.s1, 16);
    EXPECT_LE(shared.s1, 32);
    EXPECT_NE(shared.h1, "1024");
    EXPECT_NE(text_option(shared.options, kHeaderProtectionKey), nullptr);
  }
}

TEST(AwgConvert, To31KeepsTheKeyThatIsThere) {
  AwgShared current = plain_shared(v20());
  current.options[kHeaderProtectionKey] = kSomeHeaderKey;
  EXPECT_EQ(*text_option(converted(current, &v20(), v31()).options, kHeaderProtectionKey), kSomeHeaderKey);
}

TEST(AwgConvert, SameVersionIsOnlyFilledAndChecked) {
  AwgShared current = with_ranges();
  current.s3.reset();
  const AwgShared shared = converted(current, &v20(), v20());
  EXPECT_EQ(shared.s2, 66);
  EXPECT_EQ(shared.h1, "100-200");
  EXPECT_TRUE(shared.s3);
  EXPECT_EQ(converted(with_key(), &v31(), v31()).options, with_key().options);
}

TEST(AwgConvert, WithoutASourceTheTargetsRulesHold) {
  EXPECT_EQ(converted(with_ranges(), nullptr, v15()).h1, "100");
  EXPECT_EQ(converted(with_ranges(), nullptr, v20()).s3, 30);
  EXPECT_NE(converted(with_ranges(), nullptr, v31()).s1, 10);
  EXPECT_TRUE(converted({}, nullptr, v20()).h4);
}

TEST(AwgConvert, InvalidValuesAreRefused) {
  AwgShared current = plain_shared(v20());
  current.h2 = "nonsense";
  EXPECT_EQ(refusal([&] { converted(current, &v20(), v15()); }), "INVALID_AWG_H_RANGE awg_h2");
  current = plain_shared(v20());
  current.options["unknown"] = true;
  EXPECT_EQ(refusal([&] { converted(current, &v20(), v15()); }), "INVALID_AWG_PARAMETER awg_options");
}

TEST(AwgConvert, HeaderKeySurvivesARoundThroughOtherVersions) {
  AwgShared stored = with_key();
  for (const AwgVersion* target : {&v20(), &v15(), &v20(), &v31()}) {
    const AwgShared draft = converted(stored, &require_awg_version(*stored.version), *target);
    const AwgOptions options = keep_dormant_options(stored.options, draft.options);
    stored = draft;
    stored.options = options;
  }
  EXPECT_EQ(*text_option(stored.options, kHeaderProtectionKey), kSomeHeaderKey);
  EXPECT_EQ(stored.options, with_key().options);
}

TEST(AwgConvert, ConvertedOptionsLieOverTheDormantOnes) {
  const AwgOptions kept = keep_dormant_options({{"a", true}, {"b", true}}, {{"b", false}, {"c", false}});
  EXPECT_EQ(awg_options_to_json(kept).dump(), R"({"a":true,"b":false,"c":false})");
}

TEST(AwgChangedFields, NamesSAndHInOrder) {
  AwgShared after = plain_shared(v20());
  after.h2 = "7";
  after.s4 = 1;
  after.s1.reset();
  EXPECT_EQ(changed_awg_fields(plain_shared(v20()), after), (std::vector<std::string>{"awg_s1", "awg_s4", "awg_h2"}));
}

}  // namespace
}  // namespace loomgate::domain
