// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/agents/catch_up.h"
#include "daemon/agents/tally.h"

namespace loomgate::agents {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(CatchUp, hands_each_node_out_once_between_least_and_most) {
  CatchUp waiting(2000ms, 5000ms);
  const CatchUp::Time start{};
  waiting.add({"node_aaaaaaaaaaaa"}, start);
  EXPECT_THAT(waiting.take(start + 1999ms), IsEmpty());
  ASSERT_TRUE(waiting.next());
  EXPECT_GE(*waiting.next(), start + 2000ms);
  EXPECT_LE(*waiting.next(), start + 5000ms);
  EXPECT_THAT(waiting.take(start + 5000ms), ElementsAre("node_aaaaaaaaaaaa"));
  EXPECT_THAT(waiting.take(start + 9000ms), IsEmpty());
  EXPECT_FALSE(waiting.next());
}

TEST(CatchUp, a_node_that_waits_keeps_its_time) {
  CatchUp waiting(1000ms, 1000ms);
  const CatchUp::Time start{};
  waiting.add({"node_aaaaaaaaaaaa"}, start);
  waiting.add({"node_aaaaaaaaaaaa"}, start + 900ms);
  EXPECT_THAT(waiting.take(start + 1000ms), ElementsAre("node_aaaaaaaaaaaa"));
}

TEST(Tally, counts_by_reason) {
  Tally tally;
  tally.dropped("bad-json");
  tally.dropped("bad-json", 4);
  tally.add("accepted", 2);
  tally.add("nothing", 0);
  EXPECT_THAT(tally.counts(), ElementsAre(testing::Pair("accepted", 2), testing::Pair("bad-json", 5)));
}

}  // namespace
}  // namespace loomgate::agents
