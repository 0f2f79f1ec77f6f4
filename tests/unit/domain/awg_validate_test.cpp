// SPDX-License-Identifier: Apache-2.0
// Every rule of spec domain 6.5 with a value that keeps it and values that break it.
#include "daemon/domain/awg_validate.h"

#include <gtest/gtest.h>

#include <functional>

#include "daemon/domain/awg_params.h"
#include "tests/unit/domain/awg_fixture.h"

namespace loomgate::domain {
namespace {

std::string shared_refusal(const AwgVersion& version, const std::function<void(AwgShared&)>& change) {
  AwgShared shared = plain_shared(version);
  change(shared);
  return refusal([&] { checked_awg_shared(shared, version); });
}

std::string node_refusal(const AwgVersion& version, const std::function<void(AwgNode&)>& change) {
  AwgNode node = plain_node();
  change(node);
  return refusal([&] { checked_awg_node(node, version); });
}

std::string option_refusal(const char* key, AwgOptionValue value, const AwgVersion& version) {
  return node_refusal(version, [&](AwgNode& node) { node.options[key] = value; });
}

TEST(AwgShared, PlainParametersPassInEveryVersion) {
  for (const AwgVersion& version : awg_versions()) {
    EXPECT_EQ(shared_refusal(version, [](AwgShared&) {}), "") << version.name;
    EXPECT_EQ(shared_refusal(version, [](AwgShared& shared) { shared = {}; }), "") << version.name;
  }
}

TEST(AwgShared, SIsFrom0To65535) {
  for (const auto& field : kAwgSFields) {
    const std::string expected = std::string("INVALID_AWG_PARAMETER ") + field.name;
    for (const int bad : {-1, 65536, 1 << 30}) {
      EXPECT_EQ(shared_refusal(v20(), [&](AwgShared& shared) { shared.*field.member = bad; }), expected) << bad;
    }
    for (const int good : {0, 65535}) {
      EXPECT_EQ(shared_refusal(v20(), [&](AwgShared& shared) { shared.*field.member = good; }), "") << good;
    }
  }
}

TEST(AwgShared, HIsANumberOrARange) {
  for (const char* bad : {"x", "-1", "1-", "-", "2-1", "4294967296", "1-4294967296", "1-2-3", "1.0", "0x10", "+1",
                          "1 2", "1--2", "99999999999999999999999"}) {
    EXPECT_EQ(shared_refusal(v20(), [&](AwgShared& shared) { shared.h3 = bad; }), "INVALID_AWG_H_RANGE awg_h3") << bad;
  }
  for (const char* good : {"0", "1-1", "4294967295", "100000-4294967295"}) {
    EXPECT_EQ(shared_refusal(v20(), [&](AwgShared& shared) { shared.h3 = good; }), "") << good;
  }
}

TEST(AwgShared, HIsStoredWithoutBlanks) {
  AwgShared shared = plain_shared(v20());
  shared.h1 = " 5 - 007\t";
  shared.h2 = " \t";
  const AwgShared checked = checked_awg_shared(shared, v20());
  EXPECT_EQ(checked.h1, "5-7");
  EXPECT_EQ(checked.h2, std::nullopt);
}

TEST(AwgShared, HRangesDoNotOverlap) {
  const auto with = [](const char* h1, const char* h4) {
    return shared_refusal(v20(), [&](AwgShared& shared) {
      shared.h1 = h1;
      shared.h4 = h4;
    });
  };
  EXPECT_EQ(with("10-20", "20-30"), "INVALID_AWG_H_RANGE awg_h4");
  EXPECT_EQ(with("10-20", "15"), "INVALID_AWG_H_RANGE awg_h4");
  EXPECT_EQ(with("15", "10-20"), "INVALID_AWG_H_RANGE awg_h4");
  EXPECT_EQ(with("15", "15"), "INVALID_AWG_H_RANGE awg_h4");
  EXPECT_EQ(with("10-20", "21-30"), "");
}

TEST(AwgShared, Version15KnowsNeitherS3NorS4) {
  EXPECT_EQ(shared_refusal(v15(), [](AwgShared& shared) { shared.s3 = 1; }), "INVALID_AWG_PARAMETER awg_s3");
  EXPECT_EQ(shared_refusal(v15(), [](AwgShared& shared) { shared.s4 = 1; }), "INVALID_AWG_PARAMETER awg_s4");
  EXPECT_EQ(shared_refusal(v15(), [](AwgShared& shared) { shared.s3 = shared.s4 = std::nullopt; }), "");
}

TEST(AwgShared, Version15HasFixedH) {
  EXPECT_EQ(shared_refusal(v15(), [](AwgShared& shared) { shared.h2 = "5-6"; }), "INVALID_AWG_H_RANGE awg_h2");
  EXPECT_EQ(shared_refusal(v15(), [](AwgShared& shared) { shared.h2 = "5-5"; }), "INVALID_AWG_H_RANGE awg_h2");
  EXPECT_EQ(shared_refusal(v15(), [](AwgShared& shared) { shared.h2 = "5"; }), "");
}

TEST(AwgShared, Version15HandshakeMessagesDifferInSize) {
  const auto with = [](const AwgVersion& version, std::optional<int> s1, std::optional<int> s2) {
    return shared_refusal(version, [&](AwgShared& shared) {
      shared.s1 = s1;
      shared.s2 = s2;
    });
  };
  EXPECT_EQ(with(v15(), 20, 76), "INVALID_AWG_PARAMETER awg_s2");
  EXPECT_EQ(with(v15(), 0, 56), "INVALID_AWG_PARAMETER awg_s2");
  EXPECT_EQ(with(v15(), std::nullopt, 56), "");
  EXPECT_EQ(with(v15(), 76, 20), "");
  EXPECT_EQ(with(v20(), 20, 76), "");
}

TEST(AwgShared, HeaderKeyIs32BytesThatAreNotAllZero) {
  const auto with = [](AwgOptionValue value) {
    return shared_refusal(v31(), [&](AwgShared& shared) { shared.options[kHeaderProtectionKey] = value; });
  };
  const std::string refused = "INVALID_AWG_PARAMETER header_protection_key";
  EXPECT_EQ(with("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), refused) << "zero";
  EXPECT_EQ(with("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"), refused) << "no padding";
  EXPECT_EQ(with("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQF="), refused) << "unused bits";
  EXPECT_EQ(with("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"), refused) << "30 bytes";
  EXPECT_EQ(with("not base64 at all, but forty-four characters"), refused);
  EXPECT_EQ(with(true), refused);
  EXPECT_EQ(with(std::int64_t{5}), refused);
  EXPECT_EQ(with(kSomeHeaderKey), "");
  EXPECT_EQ(with(AwgOptionValue()), "");
}

TEST(AwgShared, HeaderKeyIsNeverQuoted) {
  AwgShared shared;
  shared.options[kHeaderProtectionKey] = "c2VjcmV0";
  try {
    checked_awg_shared(shared, v31());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ((error.message() + error.detail().dump()).find("c2VjcmV0"), std::string::npos);
  }
}

TEST(AwgShared, HeaderKeyNeedsEverySFrom12On) {
  for (const auto& field : kAwgSFields) {
    for (const std::optional<int> bad : {std::optional<int>(), std::optional<int>(11)}) {
      const auto change = [&](AwgShared& shared) {
        shared.options[kHeaderProtectionKey] = kSomeHeaderKey;
        shared.*field.member = bad;
      };
      EXPECT_EQ(shared_refusal(v31(), change), std::string("INVALID_AWG_PARAMETER ") + field.name);
      EXPECT_EQ(shared_refusal(v20(), change), "") << "dormant in 2.0";
    }
  }
}

TEST(AwgShared, RandomTrailersNeedEqualS) {
  const auto with = [](const AwgVersion& version, AwgOptionValue value, int s4) {
    return shared_refusal(version, [&](AwgShared& shared) {
      shared.options[kRandomTrailersKey] = value;
      shared.s4 = s4;
    });
  };
  EXPECT_EQ(with(v31(), true, 21), "INVALID_AWG_PARAMETER random_trailers");
  EXPECT_EQ(with(v31(), true, 20), "");
  EXPECT_EQ(with(v31(), false, 21), "");
  EXPECT_EQ(with(v20(), true, 21), "") << "dormant in 2.0";
}

TEST(AwgShared, SwitchesAreRealBooleans) {
  for (const AwgOptionValue& bad : {AwgOptionValue("true"), AwgOptionValue(std::int64_t{1})}) {
    EXPECT_EQ(shared_refusal(v31(), [&](AwgShared& shared) { shared.options[kRandomTrailersKey] = bad; }),
              "INVALID_AWG_PARAMETER random_trailers");
    EXPECT_EQ(option_refusal(kDisableCookiesKey, bad, v31()), "INVALID_AWG_PARAMETER disable_cookies");
    EXPECT_EQ(option_refusal(kRandomTrailersKey, bad, v31()), "INVALID_AWG_PARAMETER random_trailers");
  }
}

TEST(AwgShared, StrategyKeysAreAllowedInEveryVersion) {
  const auto with = [](const AwgVersion& version, const char* key, AwgOptionValue value) {
    return shared_refusal(version, [&](AwgShared& shared) { shared.options[key] = value; });
  };
  for (const AwgVersion& version : awg_versions()) {
    for (const char* direction : {"generic", "dns", "stun", "rtp", "quic"}) {
      EXPECT_EQ(with(version, kRandomDirectionKey, direction), "");
    }
    for (const char* intensity : {"low", "balanced", "high"}) {
      EXPECT_EQ(with(version, kRandomIntensityKey, intensity), "");
    }
    EXPECT_EQ(with(version, kRandomDirectionKey, "http"), "INVALID_AWG_PARAMETER _random_direction");
    EXPECT_EQ(with(version, kRandomIntensityKey, "dns"), "INVALID_AWG_PARAMETER _random_intensity");
    EXPECT_EQ(with(version, kRandomIntensityKey, true), "INVALID_AWG_PARAMETER _random_intensity");
    EXPECT_EQ(with(version, kRandomIntensityKey, AwgOptionValue()), "");
  }
}

TEST(AwgShared, UnknownKeysAreRefusedInEveryVersion) {
  for (const AwgVersion& version : awg_versions()) {
    for (const char* key : {"x", "itime", "_random", "RandomTrailers"}) {
      EXPECT_EQ(shared_refusal(version, [&](AwgShared& shared) { shared.options[key] = AwgOptionValue(); }),
                "INVALID_AWG_PARAMETER awg_options");
    }
  }
}

TEST(AwgNode, PlainParametersPassInEveryVersion) {
  for (const AwgVersion& version : awg_versions()) {
    EXPECT_EQ(node_refusal(version, [](AwgNode&) {}), "") << version.name;
    EXPECT_EQ(node_refusal(version, [](AwgNode& node) { node = {}; }), "") << version.name;
  }
}

TEST(AwgNode, JIsFrom0To65535) {
  for (const auto& field : kAwgJFields) {
    for (const int bad : {-1, 65536}) {
      EXPECT_EQ(node_refusal(v20(), [&](AwgNode& node) { node.*field.member = bad; }),
                std::string("INVALID_AWG_PARAMETER ") + field.name);
    }
  }
}

TEST(AwgNode, JmaxIsAboveJmin) {
  const auto with = [](std::optional<int> jmin, std::optional<int> jmax) {
    return node_refusal(v20(), [&](AwgNode& node) {
      node.jmin = jmin;
      node.jmax = jmax;
    });
  };
  EXPECT_EQ(with(64, 64), "INVALID_AWG_J_RANGE awg_jmax");
  EXPECT_EQ(with(64, 63), "INVALID_AWG_J_RANGE awg_jmax");
  EXPECT_EQ(with(64, 65), "");
  EXPECT_EQ(with(64, std::nullopt), "");
  EXPECT_EQ(with(std::nullopt, 0), "");
}

TEST(AwgNode, IIsAPacketExpression) {
  for (const auto& field : kAwgIFields) {
    EXPECT_EQ(node_refusal(v20(), [&](AwgNode& node) { node.*field.member = "<r 1001>"; }),
              std::string("INVALID_AWG_PARAMETER ") + field.name);
  }
}

TEST(AwgNode, BlankPacketsBecomeNull) {
  AwgNode node = plain_node();
  node.i1 = "  ";
  node.i2 = " <t> ";
  const AwgNode checked = checked_awg_node(node, v20());
  EXPECT_EQ(checked.i1, std::nullopt);
  EXPECT_EQ(checked.i2, "<t>");
}

TEST(AwgNode, SignaturesOf15ArePacketExpressions) {
  for (const char* key : {"j1", "j2", "j3"}) {
    EXPECT_EQ(option_refusal(key, "<b 0x1>", v15()), std::string("INVALID_AWG_PARAMETER ") + key);
    EXPECT_EQ(option_refusal(key, std::int64_t{3}, v15()), std::string("INVALID_AWG_PARAMETER ") + key);
    EXPECT_EQ(option_refusal(key, "<b 0x10>", v15()), "");
  }
}

TEST(AwgNode, ItimeIsA32BitNumber) {
  for (const AwgOptionValue& bad : {AwgOptionValue(std::int64_t{-1}), AwgOptionValue(std::int64_t{4294967296}),
                                    AwgOptionValue("soon"), AwgOptionValue("-1"), AwgOptionValue(true)}) {
    EXPECT_EQ(option_refusal("itime", bad, v15()), "INVALID_AWG_PARAMETER itime");
  }
  EXPECT_EQ(option_refusal("itime", std::int64_t{4294967295}, v15()), "");
}

TEST(AwgNode, ItimeAsTypedBecomesANumber) {
  AwgNode node;
  node.options["itime"] = " 30 ";
  EXPECT_EQ(checked_awg_node(node, v15()).options.at("itime"), AwgOptionValue(std::int64_t{30}));
}

TEST(AwgNode, TimingIsATextWithOneOrTwoNumbers) {
  for (const char* key : {"content_padding_addition", "rekey_after_time", "rekey_timeout", "reject_after_time",
                          "keepalive_timeout", "max_handshake_attempts"}) {
    for (const char* bad : {"65536", "5-4", "1-65536", "-", "1-", "a", "1 - 2", "-5", "1-2-3"}) {
      EXPECT_EQ(option_refusal(key, bad, v31()), std::string("INVALID_AWG_PARAMETER ") + key) << bad;
    }
    EXPECT_EQ(option_refusal(key, std::int64_t{5}, v31()), std::string("INVALID_AWG_PARAMETER ") + key);
    for (const char* good : {"0", "5", "5-5", "0-65535"}) EXPECT_EQ(option_refusal(key, good, v31()), "") << good;
  }
}

TEST(AwgNode, SessionsEndAfterTheirRenewal) {
  const auto with = [](const AwgVersion& version, AwgOptionValue rekey, AwgOptionValue reject) {
    return node_refusal(version, [&](AwgNode& node) {
      node.options["rekey_after_time"] = rekey;
      node.options["reject_after_time"] = reject;
    });
  };
  EXPECT_EQ(with(v31(), "120-130", "125"), "INVALID_AWG_PARAMETER reject_after_time");
  EXPECT_EQ(with(v31(), "120", "120-180"), "INVALID_AWG_PARAMETER reject_after_time");
  EXPECT_EQ(with(v31(), "120-130", "131"), "");
  EXPECT_EQ(with(v31(), "0", "5"), "");
  EXPECT_EQ(with(v31(), "120-130", "0-5"), "");
  EXPECT_EQ(with(v31(), AwgOptionValue(), "5"), "");
  EXPECT_EQ(with(v20(), "120-130", "125"), "") << "dormant in 2.0";
}

TEST(AwgNode, EmptyOptionsBecomeNull) {
  AwgNode node;
  node.options["rekey_timeout"] = "";
  EXPECT_EQ(checked_awg_node(node, v31()).options.at("rekey_timeout"), AwgOptionValue());
}

TEST(AwgNode, UnknownKeysAreRefused) {
  EXPECT_EQ(option_refusal("x", AwgOptionValue(), v31()), "INVALID_AWG_PARAMETER awg_options");
  EXPECT_EQ(option_refusal(kHeaderProtectionKey, kSomeHeaderKey, v31()), "INVALID_AWG_PARAMETER awg_options");
  EXPECT_EQ(option_refusal(kRandomDirectionKey, "dns", v31()), "INVALID_AWG_PARAMETER awg_options");
}

std::string together(const AwgVersion& version, AwgOptionValue of_config, AwgOptionValue of_node, int s4 = 20) {
  AwgShared shared = plain_shared(version);
  AwgNode node = plain_node();
  shared.s4 = s4;
  shared.options[kRandomTrailersKey] = of_config;
  node.options[kRandomTrailersKey] = of_node;
  return refusal([&] { check_awg_together(shared, node, version); });
}

TEST(AwgTogether, TheNodeAgreesWithItsConfig) {
  const AwgOptionValue null;
  EXPECT_EQ(together(v31(), true, false), "INVALID_AWG_PARAMETER random_trailers");
  EXPECT_EQ(together(v31(), false, true), "INVALID_AWG_PARAMETER random_trailers");
  EXPECT_EQ(together(v31(), true, true), "");
  EXPECT_EQ(together(v31(), true, null), "");
  EXPECT_EQ(together(v31(), null, false), "");
  EXPECT_EQ(together(v20(), true, false), "") << "dormant in 2.0";
}

TEST(AwgTogether, TheNodesOwnTrailersNeedEqualS) {
  const AwgOptionValue null;
  EXPECT_EQ(together(v31(), null, true, 21), "INVALID_AWG_PARAMETER random_trailers");
  EXPECT_EQ(together(v31(), null, false, 21), "");
  EXPECT_EQ(together(v31(), false, null, 21), "");
}

TEST(AwgVector12, Options) {
  EXPECT_EQ(together(v31(), true, AwgOptionValue(), 21), "INVALID_AWG_PARAMETER random_trailers") << "unequal S";
  EXPECT_EQ(node_refusal(v31(),
                         [](AwgNode& node) {
                           node.options = {{"rekey_after_time", "120-130"}, {"reject_after_time", "125"}};
                         }),
            "INVALID_AWG_PARAMETER reject_after_time");
  EXPECT_EQ(option_refusal("content_padding_addition", "65536", v31()),
            "INVALID_AWG_PARAMETER content_padding_addition");
  for (const char* key : {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "not base64"}) {
    EXPECT_EQ(shared_refusal(v31(), [&](AwgShared& shared) { shared.options[kHeaderProtectionKey] = key; }),
              "INVALID_AWG_PARAMETER header_protection_key");
  }
  EXPECT_EQ(option_refusal("unknown", true, v31()), "INVALID_AWG_PARAMETER awg_options");
}

}  // namespace
}  // namespace loomgate::domain
