// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/unicode.h"

#include <gtest/gtest.h>

namespace loomgate::json {
namespace {

TEST(Unicode, TrimsEveryKindOfWhiteSpace) {
  EXPECT_EQ(trim(" \t\r\n\v\f a b \n"), "a b");
  EXPECT_EQ(trim("\xC2\xA0\xE3\x80\x80"
                 "a"
                 "\xE2\x80\x83"),
            "a");
  EXPECT_EQ(trim("\xE3\x80\x80 \xC2\xA0"), "");
  EXPECT_EQ(trim("\xC3\xA9"), "\xC3\xA9");
  EXPECT_EQ(trim(""), "");
}

TEST(Unicode, CountsCodePoints) {
  EXPECT_EQ(count_code_points("abc"), 3U);
  EXPECT_EQ(count_code_points("\xC3\xA9\xE4\xBD\xA0\xF0\x9F\x98\x80"), 3U);
}

TEST(Unicode, RefusesOverlongSurrogatesAndCutSequences) {
  EXPECT_TRUE(is_utf8("\xF4\x8F\xBF\xBF"));
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("\xC1\xBF"));
  EXPECT_FALSE(is_utf8("\xE0\x80\x80"));
  EXPECT_FALSE(is_utf8("\xED\xBF\xBF"));
  EXPECT_FALSE(is_utf8("\xE4\xBD"));
  EXPECT_FALSE(is_utf8("\x80"));
}

}  // namespace
}  // namespace loomgate::json
