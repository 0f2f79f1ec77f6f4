// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/text.h"

#include <gtest/gtest.h>

#include <string>

namespace loomgate::domain {
namespace {

TEST(Text, TrimTakesAsciiWhiteSpaceFromBothEndsOnly) {
  EXPECT_EQ(trim(" \t\r\na b\v\f "), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Text, CuttingCountsCodePointsNotBytes) {
  const std::string text = "a\u00e4\u4e2d\U0001F600z";
  EXPECT_EQ(count_code_points(text), 5U);
  EXPECT_EQ(cut_code_points(text, 3), "a\u00e4\u4e2d");
  EXPECT_EQ(cut_code_points(text, 4), "a\u00e4\u4e2d\U0001F600");
  EXPECT_EQ(cut_code_points(text, 99), text);
  EXPECT_EQ(cut_code_points(text, 0), "");
}

TEST(Text, EveryControlCharacterIsSeen) {
  for (int c = 0; c < 0x20; ++c) EXPECT_TRUE(has_control_characters(std::string("a") + static_cast<char>(c))) << c;
  EXPECT_TRUE(has_control_characters("\x7f"));
  EXPECT_TRUE(has_control_characters("a\u0080"));
  EXPECT_TRUE(has_control_characters("\u009fb"));
  EXPECT_FALSE(has_control_characters("Gr\u00fc\u00dfe, \u4e2d\u00a0~ \U0001F600"));
  EXPECT_FALSE(has_control_characters(""));
}

TEST(Text, MalformedBytesAreTakenOneByOne) {
  std::string_view rest = "\xc3(\xff\xe4\xb8";
  EXPECT_EQ(take_code_point(rest), 0xfffdU);
  EXPECT_EQ(take_code_point(rest), U'(');
  EXPECT_EQ(take_code_point(rest), 0xfffdU);
  EXPECT_EQ(take_code_point(rest), 0xfffdU);
  EXPECT_EQ(take_code_point(rest), 0xfffdU);
  EXPECT_TRUE(rest.empty());
}

}  // namespace
}  // namespace loomgate::domain
