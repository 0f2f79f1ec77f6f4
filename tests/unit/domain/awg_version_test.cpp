// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_version.h"

#include <gmock/gmock.h>

#include "tests/unit/domain/awg_fixture.h"

namespace loomgate::domain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> names(const AwgVersion& version, AwgLevel level) {
  std::vector<std::string> all;
  for (const AwgOption& option : awg_options_of(version, level)) {
    all.push_back(std::string(option.key) + " " + option.printed_name + (option.listed ? "" : " unlisted"));
  }
  return all;
}

std::vector<std::string> s_fields(const AwgVersion& version) {
  return {version.s_fields.begin(), version.s_fields.end()};
}

TEST(AwgVersion, OldestFirstAndTheNewestIsProposed) {
  std::vector<std::string> all;
  for (const AwgVersion& version : awg_versions()) all.emplace_back(version.name);
  EXPECT_THAT(all, ElementsAre("1.5", "2.0", "3.1"));
  EXPECT_EQ(kDefaultAwgVersion, "3.1");
}

TEST(AwgVersion, UnknownNamesAreRefused) {
  for (const char* name : {"", "1", "1.50", "2", "3.0", "3.1 ", "v2.0"}) {
    EXPECT_EQ(refusal([&] { require_awg_version(name); }), "INVALID_AWG_VERSION") << name;
  }
}

TEST(AwgVersion, StoredConfigWithoutAVersionCountsAs20) {
  EXPECT_EQ(effective_awg_version(std::nullopt).name, "2.0");
  EXPECT_EQ(effective_awg_version("3.1").name, "3.1");
}

TEST(AwgVersion, CapabilitiesOf15) {
  EXPECT_THAT(s_fields(v15()), ElementsAre("awg_s1", "awg_s2"));
  EXPECT_FALSE(v15().h_ranges);
  EXPECT_THAT(names(v15(), AwgLevel::kConfig), IsEmpty());
  EXPECT_THAT(names(v15(), AwgLevel::kNode), ElementsAre("j1 J1", "j2 J2", "j3 J3", "itime Itime"));
}

TEST(AwgVersion, CapabilitiesOf20) {
  EXPECT_THAT(s_fields(v20()), ElementsAre("awg_s1", "awg_s2", "awg_s3", "awg_s4"));
  EXPECT_TRUE(v20().h_ranges);
  EXPECT_THAT(names(v20(), AwgLevel::kConfig), IsEmpty());
  EXPECT_THAT(names(v20(), AwgLevel::kNode), IsEmpty());
}

TEST(AwgVersion, CapabilitiesOf31) {
  EXPECT_EQ(v31().s_fields.size(), 4U);
  EXPECT_TRUE(v31().h_ranges);
  EXPECT_THAT(names(v31(), AwgLevel::kConfig),
              ElementsAre("header_protection_key HeaderProtectionKey", "random_trailers RandomTrailers"));
  EXPECT_THAT(names(v31(), AwgLevel::kNode),
              ElementsAre("content_padding_addition ContentPaddingAddition", "rekey_after_time RekeyAfterTime",
                          "rekey_timeout RekeyTimeout", "reject_after_time RejectAfterTime",
                          "keepalive_timeout KeepaliveTimeout", "max_handshake_attempts MaxHandshakeAttempts",
                          "disable_cookies DisableCookies", "random_trailers RandomTrailers unlisted"));
}

TEST(AwgVersion, OptionsBelongToALevel) {
  EXPECT_NE(find_awg_option(AwgLevel::kNode, "itime"), nullptr);
  EXPECT_EQ(find_awg_option(AwgLevel::kConfig, "itime"), nullptr);
  EXPECT_EQ(find_awg_option(AwgLevel::kNode, kHeaderProtectionKey), nullptr);
  EXPECT_EQ(find_awg_option(AwgLevel::kConfig, kRandomDirectionKey), nullptr);
}

}  // namespace
}  // namespace loomgate::domain
