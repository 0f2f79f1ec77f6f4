// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/names.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace loomgate::domain {
namespace {

TEST(ConfigName, LettersDigitsAndSixSigns) {
  for (const char* name : {"a", "Home-Lab_2", "a=b+c.d", "0", "-", "...", "abcdefghijklmnopqrstuvwxyz012345"}) {
    EXPECT_TRUE(is_config_name(name)) << name;
  }
  for (const char* name : {"", "a b", "a/b", "a\\b", "a:b", "\u00e4", "a\n", "abcdefghijklmnopqrstuvwxyz0123456"}) {
    EXPECT_FALSE(is_config_name(name)) << name;
  }
}

TEST(ConfigName, WindowsDeviceNamesAreReservedInAnyCase) {
  for (const char* name :
       {"con", "CON", "Prn", "aux", "nul", "com1", "COM9", "lpt1", "Lpt9", "con.x", "aux.b.c", "com3."}) {
    EXPECT_FALSE(is_config_name(name)) << name;
  }
  for (const char* name : {"cone", "com0", "com10", "lpt", "con-x", "x.con", "_nul"}) {
    EXPECT_TRUE(is_config_name(name)) << name;
  }
}

TEST(Segment, KeepsPlainCharactersAndEscapesCodePoints) {
  EXPECT_EQ(segment("Edge-1_a.b", "x"), "Edge-1_a.b");
  EXPECT_EQ(segment("a b", "x"), "au0020b");
  EXPECT_EQ(segment("\u4e2d\u5fc3", "x"), "u4e2du5fc3");
  EXPECT_EQ(segment("\u00e9", "x"), "u00e9");
  EXPECT_EQ(segment("\U0001F600", "x"), "u1f600");
  EXPECT_EQ(segment("a=b+c", "x"), "au003dbu002bc");
}

TEST(Segment, EdgesAreCutAndNothingLeftMeansFallback) {
  EXPECT_EQ(segment("  --a._ ", "x"), "a");
  EXPECT_EQ(segment("", "node"), "node");
  EXPECT_EQ(segment("   ", "node"), "node");
  EXPECT_EQ(segment("-_.", "node"), "node");
}

TEST(ArtifactStem, JoinsBothSegments) {
  EXPECT_EQ(artifact_stem("lab", "gw1"), "lab-gw1");
  EXPECT_EQ(artifact_stem("...", " "), "wireguard-node");
}

TEST(InterfaceName, ShortStemStaysAsItIs) {
  EXPECT_EQ(interface_name("lab-gw1", "node_000000000001"), "lab-gw1");
  EXPECT_EQ(interface_name("exactly-15-char", "node_000000000001"), "exactly-15-char");
}

TEST(InterfaceName, LongStemBecomesHeadAndHashOfTheNodeId) {
  // sha256("node_000000000001") starts with 444344
  EXPECT_EQ(interface_name("sixteen-chars-xx", "node_000000000001"), "sixteen--444344");
  EXPECT_NE(interface_name("sixteen-chars-xx", "node_000000000001"),
            interface_name("sixteen-chars-xx", "node_000000000002"));
}

TEST(InterfaceName, IsAlwaysSafeAsFileNameAndArgument) {
  const std::string accepted_by_wg_quick = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=+.-";
  std::mt19937 random(7);
  const std::string pool = "aZ9-_./\\: \n\x01=+";
  std::string stem;
  for (int i = 0; i < 5000; ++i) {
    stem.clear();
    for (auto length = random() % 24; length > 0; --length) stem.push_back(pool[random() % pool.size()]);
    const std::string name = interface_name(stem, "node_0123456789ab");
    ASSERT_GE(name.size(), 1U) << stem;
    EXPECT_LE(name.size(), 15U) << stem;
    EXPECT_EQ(name.find_first_not_of(accepted_by_wg_quick), std::string::npos) << stem;
    EXPECT_NE(name.front(), '-') << stem;
    EXPECT_NE(name.front(), '.') << stem;
  }
}

TEST(InterfaceName, EveryStemOfRandomNamesIsStable) {
  std::mt19937 random(8);
  for (int i = 0; i < 500; ++i) {
    const std::string name =
        artifact_stem("mesh" + std::to_string(random()), "knoten \u00fc " + std::to_string(random()));
    EXPECT_EQ(interface_name(name, "node_0123456789ab"), interface_name(name, "node_0123456789ab"));
    EXPECT_LE(interface_name(name, "node_0123456789ab").size(), 15U);
  }
}

}  // namespace
}  // namespace loomgate::domain
