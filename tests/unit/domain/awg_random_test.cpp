// SPDX-License-Identifier: Apache-2.0
// The fill rules of spec domain 6.7.
#include "daemon/domain/awg_random.h"

#include <gtest/gtest.h>

#include <set>

#include "daemon/crypto/tokens.h"
#include "daemon/domain/awg_chain.h"
#include "daemon/domain/awg_option_values.h"
#include "daemon/domain/awg_params.h"
#include "daemon/domain/awg_validate.h"
#include "tests/unit/domain/awg_fixture.h"

namespace loomgate::domain {
namespace {

constexpr unsigned kTries = 60;

void expect_between(std::optional<int> value, int low, int high) {
  ASSERT_TRUE(value);
  EXPECT_GE(*value, low);
  EXPECT_LE(*value, high);
}

void expect_range(const AwgOptions& options, const char* key, AwgBounds low, AwgBounds high) {
  const auto* text = text_option(options, key);
  ASSERT_NE(text, nullptr) << key;
  const auto range = parse_number_range(*text, 65535);
  ASSERT_TRUE(range) << *text;
  EXPECT_TRUE(range->low >= low.low && range->low <= low.high) << key << ' ' << *text;
  EXPECT_TRUE(range->high >= high.low && range->high <= high.high) << key << ' ' << *text;
}

TEST(AwgFillShared, Defaults15) {
  for (unsigned seed = 0; seed < kTries; ++seed) {
    Random random = seeded(seed);
    const AwgShared shared = fill_awg_shared({}, v15(), random);
    expect_between(shared.s1, 15, 64);
    expect_between(shared.s2, 15, 64);
    EXPECT_EQ(shared.s3, 0);
    EXPECT_EQ(shared.s4, 0);
    EXPECT_TRUE(shared.options.empty());
    for (const auto& field : kAwgHFields) EXPECT_EQ((shared.*field.member)->find('-'), std::string::npos);
  }
}

TEST(AwgFillShared, Defaults20) {
  for (unsigned seed = 0; seed < kTries; ++seed) {
    Random random = seeded(seed);
    const AwgShared shared = fill_awg_shared({}, v20(), random);
    expect_between(shared.s1, 15, 64);
    expect_between(shared.s2, 15, 64);
    expect_between(shared.s3, 15, 64);
    expect_between(shared.s4, 0, 32);
    EXPECT_TRUE(shared.options.empty());
    for (const auto& field : kAwgHFields) {
      const auto& text = *(shared.*field.member);
      EXPECT_NE(text.find('-'), std::string::npos);
      const auto range = parse_h(text);
      ASSERT_TRUE(range);
      EXPECT_GE(range->low, 1024U);
      EXPECT_LE(range->low, 4294901023U);
      EXPECT_GE(range->high - range->low, 64U);
      EXPECT_LE(range->high - range->low, 575U);
    }
  }
}

TEST(AwgFillShared, Vector10Defaults31) {
  for (unsigned seed = 0; seed < kTries; ++seed) {
    Random random = seeded(seed);
    const AwgShared shared = fill_awg_shared({}, v31(), random);
    expect_between(shared.s1, 16, 32);
    EXPECT_TRUE(has_equal_s(shared));
    std::set<std::uint32_t> starts;
    for (const auto& field : kAwgHFields) {
      const auto range = parse_h(*(shared.*field.member));
      ASSERT_TRUE(range);
      EXPECT_EQ(range->low, range->high) << "a single number";
      EXPECT_GE(range->low, 1024U);
      starts.insert(range->low);
    }
    EXPECT_EQ(starts.size(), 4U) << "four distinct ones";
    const auto* key = text_option(shared.options, kHeaderProtectionKey);
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(crypto::from_base64(*key)->size(), 32U);
    EXPECT_EQ(shared.options.size(), 1U);
  }
}

TEST(AwgFillShared, SentValuesWin) {
  Random random = seeded(1);
  AwgShared sent;
  sent.s2 = 7;
  sent.h3 = " 500 - 600 ";
  sent.h1 = " ";
  const AwgShared shared = fill_awg_shared(sent, v20(), random);
  EXPECT_EQ(shared.s2, 7);
  EXPECT_EQ(shared.h3, "500-600");
  EXPECT_TRUE(shared.s1 && shared.s3 && shared.s4 && shared.h1 && shared.h2 && shared.h4);
}

TEST(AwgFillShared, SentValuesAreChecked) {
  Random random = seeded(1);
  AwgShared sent;
  sent.s1 = 65536;
  EXPECT_EQ(refusal([&] { fill_awg_shared(sent, v20(), random); }), "INVALID_AWG_PARAMETER awg_s1");
  sent = {};
  sent.h1 = "5-4";
  EXPECT_EQ(refusal([&] { fill_awg_shared(sent, v20(), random); }), "INVALID_AWG_H_RANGE awg_h1");
}

TEST(AwgFillShared, OneSentSServesAllWhereTheyAreCommon) {
  Random random = seeded(1);
  AwgShared sent;
  sent.s3 = 40;
  sent.options[kRandomTrailersKey] = true;
  const AwgShared shared = fill_awg_shared(sent, v31(), random);
  EXPECT_EQ(shared.s1, 40);
  EXPECT_TRUE(has_equal_s(shared));
}

TEST(AwgFillShared, NullHeaderKeyStaysOff) {
  Random random = seeded(1);
  AwgShared sent;
  sent.options[kHeaderProtectionKey] = AwgOptionValue();
  sent.s1 = 0;
  EXPECT_EQ(fill_awg_shared(sent, v31(), random).options.at(kHeaderProtectionKey), AwgOptionValue());
}

TEST(AwgFillShared, DrawnHandshakeSizesDiffer) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Random random = seeded(seed);
    AwgShared sent;
    sent.s2 = 56 + 15 + static_cast<int>(seed) % 50;  // every S1 that may be drawn has a conflict among these
    EXPECT_FALSE(has_equal_handshake_sizes(fill_awg_shared(sent, v15(), random)));
  }
}

TEST(AwgFillShared, FullHSpaceEndsInARefusal) {
  Random random = seeded(1);
  AwgShared sent;
  sent.h2 = "0-4294967295";
  EXPECT_EQ(refusal([&] { fill_awg_shared(sent, v20(), random); }), "INVALID_AWG_H_RANGE awg_h1");
}

TEST(AwgRandomShared, HasNothingButSAndH) {
  for (const AwgVersion& version : awg_versions()) {
    Random random = seeded(1);
    const AwgShared shared = random_awg_shared(version, random);
    EXPECT_TRUE(shared.options.empty());
    EXPECT_TRUE(shared.s1 && shared.h4) << version.name;
  }
}

struct Intensity {
  AwgIntensity value;
  int least_count, most_count, limit;
  std::uint32_t padding;
};
constexpr std::array kIntensities{Intensity{AwgIntensity::kLow, 1, 3, 256, 16},
                                  Intensity{AwgIntensity::kBalanced, 4, 7, 768, 64},
                                  Intensity{AwgIntensity::kHigh, 8, 10, 1024, 128}};

TEST(AwgFillNode, JFollowsTheIntensity) {
  for (const Intensity& intensity : kIntensities) {
    for (unsigned seed = 0; seed < kTries; ++seed) {
      Random random = seeded(seed);
      const AwgNode node = random_awg_node(v20(), {AwgDirection::kGeneric, intensity.value}, random);
      expect_between(node.jc, intensity.least_count, intensity.most_count);
      expect_between(node.jmin, 64, std::min(256, intensity.limit - 1));
      expect_between(node.jmax, *node.jmin + 1, intensity.limit);
      EXPECT_TRUE(node.options.empty());
    }
  }
}

TEST(AwgFillNode, Options31) {
  for (const Intensity& intensity : kIntensities) {
    for (unsigned seed = 0; seed < kTries; ++seed) {
      Random random = seeded(seed);
      const AwgOptions options = random_awg_node(v31(), {AwgDirection::kDns, intensity.value}, random).options;
      const std::uint32_t most = intensity.padding;
      expect_range(options, "content_padding_addition", {0, most / 2}, {most / 2 + 1, most});
      expect_range(options, "rekey_after_time", {100, 115}, {120, 135});
      expect_range(options, "reject_after_time", {170, 180}, {181, 195});
      expect_range(options, "rekey_timeout", {4, 6}, {4, 6});
      expect_range(options, "keepalive_timeout", {8, 12}, {8, 12});
      expect_range(options, "max_handshake_attempts", {16, 20}, {16, 20});
      EXPECT_EQ(options.at(kRandomTrailersKey), AwgOptionValue(true));
      EXPECT_EQ(options.at(kDisableCookiesKey), AwgOptionValue(false));
      EXPECT_EQ(options.size(), 8U);
    }
  }
}

TEST(AwgFillNode, Options15) {
  for (unsigned seed = 0; seed < kTries; ++seed) {
    Random random = seeded(seed);
    const AwgOptions options = random_awg_node(v15(), {}, random).options;
    for (const char* key : {"j1", "j2", "j3"}) {
      int count = 0;
      ASSERT_EQ(std::sscanf(text_option(options, key)->c_str(), "<r %d>", &count), 1);
      expect_between(count, 32, 128);
    }
    const auto itime = std::get<std::int64_t>(options.at("itime"));
    EXPECT_TRUE(itime >= 10 && itime <= 50) << itime;
    EXPECT_EQ(options.size(), 4U);
  }
}

AwgNode filled(const AwgNode& sent, const AwgVersion& version = v20(), const AwgShared& shared = {}, unsigned seed = 1,
               AwgStrategy strategy = {}) {
  Random random = seeded(seed);
  return fill_awg_node(sent, shared, version, strategy, random);
}

TEST(AwgFillNode, SentValuesWinAndShortChainsLeaveNull) {
  AwgNode sent;
  sent.jc = 0;
  sent.i2 = "<t>";
  sent.i5 = "<r 5>";
  const AwgNode node = filled(sent, v20(), {}, 1, {AwgDirection::kStun, AwgIntensity::kBalanced});
  EXPECT_EQ(node.jc, 0);
  EXPECT_EQ(node.i2, "<t>");
  EXPECT_EQ(node.i5, "<r 5>");
  EXPECT_TRUE(node.i1 && node.i3);
  EXPECT_EQ(node.i4, std::nullopt);
}

TEST(AwgFillNode, Vector9DnsLow) {
  const AwgNode node = filled({}, v31(), plain_shared(v31()), 1, {AwgDirection::kDns, AwgIntensity::kLow});
  expect_between(node.jc, 1, 3);
  EXPECT_TRUE(node.i1->starts_with("<r 2><b 0x0100"));
  EXPECT_EQ(node.i2, std::nullopt);
}

TEST(AwgFillNode, LoneJminGetsAPartner) {
  for (unsigned seed = 0; seed < kTries; ++seed) {
    for (const int jmin : {0, 500, 65000, 65534}) {
      AwgNode sent;
      sent.jmin = jmin;
      const AwgNode node = filled(sent, v20(), {}, seed);
      EXPECT_EQ(node.jmin, jmin);
      expect_between(node.jmax, jmin + 1, std::min(65535, std::max(jmin + 128, 768)));
    }
  }
}

TEST(AwgFillNode, LoneJmaxGetsAPartner) {
  for (unsigned seed = 0; seed < kTries; ++seed) {
    for (const int jmax : {1, 100, 65535}) {
      AwgNode sent;
      sent.jmax = jmax;
      const AwgNode node = filled(sent, v20(), {}, seed);
      EXPECT_EQ(node.jmax, jmax);
      expect_between(node.jmin, 0, std::min(jmax - 1, 256));
    }
  }
}

TEST(AwgFillNode, LoneJWithoutRoomIsRefused) {
  AwgNode sent;
  sent.jmin = 65535;
  EXPECT_EQ(refusal([&] { filled(sent); }), "INVALID_AWG_J_RANGE awg_jmin");
  sent = {};
  sent.jmax = 0;
  EXPECT_EQ(refusal([&] { filled(sent); }), "INVALID_AWG_J_RANGE awg_jmax");
  sent.jmax = -1;
  EXPECT_EQ(refusal([&] { filled(sent); }), "INVALID_AWG_PARAMETER awg_jmax");
  sent = {};
  sent.jmin = 65536;
  EXPECT_EQ(refusal([&] { filled(sent); }), "INVALID_AWG_PARAMETER awg_jmin");
}

TEST(AwgFillNode, TakesOverTheSharedSwitch) {
  AwgShared shared = plain_shared(v31());
  shared.options[kRandomTrailersKey] = false;
  EXPECT_EQ(filled({}, v31(), shared).options.at(kRandomTrailersKey), AwgOptionValue(false));
  AwgNode sent;
  sent.options[kRandomTrailersKey] = true;
  EXPECT_EQ(refusal([&] { filled(sent, v31(), shared); }), "INVALID_AWG_PARAMETER random_trailers");
}

TEST(AwgFillNode, LeavesTheSwitchOffWhereItCannotBeOn) {
  AwgShared shared = plain_shared(v31());
  shared.s4 = 99;
  EXPECT_EQ(filled({}, v31(), shared).options.at(kRandomTrailersKey), AwgOptionValue(false));
}

TEST(AwgFillNode, UsersKeysWinAlsoAsNull) {
  AwgNode sent;
  sent.options["rekey_timeout"] = AwgOptionValue();
  sent.options["keepalive_timeout"] = "77";
  const AwgNode node = filled(sent, v31(), plain_shared(v31()));
  EXPECT_EQ(node.options.at("rekey_timeout"), AwgOptionValue());
  EXPECT_EQ(node.options.at("keepalive_timeout"), AwgOptionValue("77"));
  EXPECT_NE(find_option(node.options, "rekey_after_time"), nullptr);
}

TEST(AwgStrategy, IsReadFromTheOptionsOfTheConfig) {
  AwgOptions options;
  EXPECT_EQ(stored_strategy(options), AwgStrategy());
  store_strategy(options, {AwgDirection::kQuic, AwgIntensity::kHigh});
  EXPECT_EQ(awg_options_to_json(options).dump(), R"({"_random_direction":"quic","_random_intensity":"high"})");
  EXPECT_EQ(stored_strategy(options), (AwgStrategy{AwgDirection::kQuic, AwgIntensity::kHigh}));
  EXPECT_EQ(refusal([] { require_strategy("http", "low"); }), "INVALID_AWG_PARAMETER direction");
  EXPECT_EQ(refusal([] { require_strategy("dns", "LOW"); }), "INVALID_AWG_PARAMETER intensity");
}

}  // namespace
}  // namespace loomgate::domain
