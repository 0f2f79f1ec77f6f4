// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "tests/unit/domain/awg_fixture.h"

namespace loomgate::domain {
namespace {

TEST(Random, DrawsEveryValueOfASmallRangeAboutEquallyOften) {
  Random random = seeded(1);
  std::map<std::uint32_t, int> seen;
  for (int i = 0; i < 6000; ++i) ++seen[random.between(7, 9)];
  ASSERT_EQ(seen.size(), 3U);
  for (const auto& [value, count] : seen) EXPECT_NEAR(count, 2000, 300) << value;
}

TEST(Random, BothEndsCount) {
  Random low([](std::span<std::uint8_t> out) { std::ranges::fill(out, std::uint8_t{0}); });
  EXPECT_EQ(low.between(5, 1000), 5U);
  Random high([](std::span<std::uint8_t> out) { std::ranges::fill(out, std::uint8_t{0xff}); });
  EXPECT_EQ(high.between(0, 0xffffffff), 0xffffffffU);
  EXPECT_EQ(high.between(3, 3), 3U);
}

TEST(Random, ThrowsAwayDrawsThatWouldFavourLowValues) {
  // 2^32 = 3 * 1431655765 + 1: the largest draw has no partner and another one follows.
  int calls = 0;
  Random random([&](std::span<std::uint8_t> out) {
    std::ranges::fill(out, calls++ == 0 ? std::uint8_t{0xff} : std::uint8_t{0});
  });
  EXPECT_EQ(random.between(0, 2), 0U);
  EXPECT_EQ(calls, 2);
}

TEST(Random, EmptyRangeIsAMistakeOfTheCaller) {
  Random random = seeded(1);
  EXPECT_THROW(random.between(2, 1), std::logic_error);
}

TEST(Random, KernelGivesDifferentBytes) {
  Random random;
  EXPECT_EQ(random.bytes(32).size(), 32U);
  EXPECT_NE(random.bytes(32), random.bytes(32));
}

}  // namespace
}  // namespace loomgate::domain
