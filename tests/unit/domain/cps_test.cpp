// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/cps.h"

#include <gtest/gtest.h>

namespace loomgate::domain {
namespace {

TEST(Cps, EveryTag) {
  const auto tags = parse_cps("<b 0x00fFAb><t><r 0><rc 7><rd 1000>");
  ASSERT_TRUE(tags);
  const std::vector<CpsTag> expected{{CpsKind::kBytes, std::string("\x00\xff\xab", 3), 0},
                                     {CpsKind::kTime, {}, 0},
                                     {CpsKind::kRandom, {}, 0},
                                     {CpsKind::kCharacters, {}, 7},
                                     {CpsKind::kDigits, {}, 1000}};
  EXPECT_EQ(*tags, expected);
  EXPECT_EQ(packet_size(*tags), 3U + 4U + 0U + 7U + 1000U);
}

TEST(Cps, WritesOneSpelling) {
  EXPECT_EQ(to_cps(*parse_cps("<b 0xFF00><r 007><t>")), "<b 0xff00><r 7><t>");
}

TEST(Cps, OnlyTimeIsLimitedToOne) {
  EXPECT_TRUE(parse_cps("<t>"));
  EXPECT_FALSE(parse_cps("<t><t>"));
  EXPECT_FALSE(parse_cps("<t><r 1><t>"));
  EXPECT_TRUE(parse_cps("<b 0x00><b 0x00><r 1><r 1>"));
}

TEST(Cps, AnythingElseIsRefused) {
  for (const char* text : {"",
                           " ",
                           "x",
                           "<",
                           ">",
                           "<>",
                           "<b>",
                           "<b >",
                           "<b 0x>",
                           "<b 0x0>",
                           "<b 0x0g>",
                           "<b 0X00>",
                           "<b 00>",
                           "<b  0x00>",
                           "<b 0x00 >",
                           "<b 0x00",
                           "b 0x00>",
                           "< b 0x00>",
                           "<t >",
                           "<T>",
                           "<t 1>",
                           "<r>",
                           "<r >",
                           "<r -1>",
                           "<r +1>",
                           "<r 1001>",
                           "<r 99999999999999999999>",
                           "<r 1.0>",
                           "<r 0x10>",
                           "<r  1>",
                           "<r 1 >",
                           "<R 1>",
                           "<rx 1>",
                           "<rc>",
                           "<rd a>",
                           "<r 1> <r 1>",
                           "<r 1>,<r 1>",
                           " <r 1>",
                           "<r 1> ",
                           "<r 1>\n",
                           "<<r 1>>",
                           "<r 1>x"}) {
    EXPECT_FALSE(parse_cps(text)) << text;
  }
}

}  // namespace
}  // namespace loomgate::domain
