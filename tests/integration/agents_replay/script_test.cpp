// SPDX-License-Identifier: Apache-2.0
// The language of conversations itself: what it reads and writes, and that it says what is not as expected.
#include "tests/integration/agents_replay/script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/agents_replay/acts.h"
#include "tests/integration/agents_replay/expectations.h"

namespace loomgate::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(Script, a_text_survives_its_line) {
  for (const std::string text : {"", "[Interface]\nPrivateKey = x\\y\n", " blank ", "\xff\xfe", "caf\xc3\xa9\t\x01"}) {
    const auto line = escape(text);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    Words words(line);
    EXPECT_EQ(words.text(), text) << line;
  }
}

TEST(Script, times_are_written_as_they_are_read) {
  for (const std::string text : {"90m", "2h", "151s", "250ms", "7us"}) EXPECT_EQ(time_text(parse_time(text)), text);
  EXPECT_EQ(parse_time("+90m"), 90min);
  EXPECT_EQ(parse_time("-5s"), -5s);
  for (const auto* text : {"", "5", "m", "5 m", "5d", "+-5m"}) EXPECT_THROW(parse_time(text), ScriptError) << text;
}

TEST(Script, comments_and_blank_lines_are_left_out_and_counted) {
  const auto lines = script_lines("# about\n\nclock +1s\n  # more\nclock +2s");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].number, 3);
  EXPECT_EQ(lines[1].number, 5);
}

TEST(Script, a_line_that_means_nothing_is_refused) {
  World world(Arrival::kOneByOne);
  perform(world, "device gw1");
  for (const auto* line : {"device gw1", "gw2 session opens", "gw1 sleeps", "clock -5m", "clock 5", "gw1 session ends",
                           "gw1 answers push 1 {}", "expect gw1 mood good", "expect", "link", "link slow",
                           "broker back again", "gw1 sends event \\q"}) {
    EXPECT_THROW(perform(world, line), ScriptError) << line;
  }
}

TEST(Script, what_is_not_as_expected_is_said) {
  World world(Arrival::kOneByOne);
  for (const auto* line :
       {"device gw1", "gw1 session opens", R"(gw1/s1 says event {"event":"online"})", "admin stages gw1 one"}) {
    EXPECT_EQ(perform(world, line), "");
  }
  EXPECT_THAT(perform(world, "expect gw1 presence dropped"), HasSubstr("online"));
  EXPECT_THAT(perform(world, "expect gw1 session s2"), HasSubstr("s1"));
  EXPECT_THAT(perform(world, "expect gw1 tunnel running"), HasSubstr("unknown"));
  EXPECT_THAT(perform(world, "expect gw1 nothing"), HasSubstr("push one"));
  EXPECT_THAT(check_end(world), HasSubstr("push one"));
  EXPECT_THAT(perform(world, "expect gw1 push 1 two"), HasSubstr("one"));
  EXPECT_THAT(perform(world, "expect gw1 push 2 one"), HasSubstr("nothing more"));
  EXPECT_EQ(check_end(world), "");
  EXPECT_THAT(perform(world, "expect gw1 outcome push 1 acked"), HasSubstr("pending"));
  EXPECT_NE(perform(world, "expect gw1 confirmed one"), "");
  EXPECT_THAT(perform(world, "expect gw1 logged online 2"), HasSubstr("1"));
  EXPECT_THAT(perform(world, "expect dropped bad-json 1"), HasSubstr("0"));
}

}  // namespace
}  // namespace loomgate::test
