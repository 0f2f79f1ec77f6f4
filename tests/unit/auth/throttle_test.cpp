// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/auth_throttle.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace loomgate::services {
namespace {

using namespace std::chrono_literals;

class ThrottleTest : public testing::Test {
 protected:
  int wait(const std::string& source = "a") { return static_cast<int>(throttle_.wait_of(source, now_).value_or(0s).count()); }
  void fail(int times, const std::string& source = "a") {
    for (int i = 0; i < times; ++i) throttle_.failed(source, now_);
  }
  void pass(std::chrono::microseconds time) { now_ += time; }

  Timestamp now_ = Timestamp(std::chrono::hours(500000));
  Throttle throttle_{{5, 60s}, {1000, 10s}, 64};
};

TEST_F(ThrottleTest, FiveFailuresAreFreeThenTheDelayDoublesToAMinute) {
  fail(4);
  EXPECT_EQ(wait(), 0);
  std::vector<int> delays;
  for (int i = 0; i < 9; ++i) {
    fail(1);
    delays.push_back(wait());
    pass(std::chrono::seconds(delays.back()));
    EXPECT_EQ(wait(), 0) << "the delay has passed";
  }
  EXPECT_EQ(delays, (std::vector<int>{1, 2, 4, 8, 16, 32, 60, 60, 60}));
}

TEST_F(ThrottleTest, FailuresAreForgottenAMinuteAfterTheLastDelay) {
  fail(4);
  pass(61s);
  fail(4);
  EXPECT_EQ(wait(), 0);
  fail(1);
  EXPECT_EQ(wait(), 1);
  pass(62s);
  fail(1);
  EXPECT_EQ(wait(), 0);
}

TEST_F(ThrottleTest, WaitingOutADelayIsNoFreshStart) {
  fail(8);
  EXPECT_EQ(wait(), 8);
  pass(9s);
  fail(1);
  EXPECT_EQ(wait(), 16);
}

TEST_F(ThrottleTest, SourcesDoNotSlowEachOtherDown) {
  fail(10, "a");
  EXPECT_GT(wait("a"), 0);
  EXPECT_EQ(wait("b"), 0);
}

TEST_F(ThrottleTest, SuccessForgets) {
  fail(10);
  throttle_.succeeded("a");
  EXPECT_EQ(wait(), 0);
}

TEST_F(ThrottleTest, TheSharedBudgetBoundsGuessingFromManyAddresses) {
  for (int i = 0; i < 1100; ++i) fail(1, "address " + std::to_string(i));
  EXPECT_EQ(wait("a newcomer"), 10) << "short, so that the administrator gets in";
}

TEST_F(ThrottleTest, AFloodFromElsewhereDoesNotKeepOutWhoGotInBefore) {
  throttle_.succeeded("admin");
  for (int source = 0; source < 1100; ++source) fail(1, "bot" + std::to_string(source));
  EXPECT_GT(wait("stranger"), 0);
  EXPECT_EQ(wait("admin"), 0);
  fail(6, "admin");
  EXPECT_GT(wait("admin"), 0) << "its own failures still count";
}

TEST_F(ThrottleTest, MemoryIsBoundedAndTheWorstOffendersStay) {
  fail(9, "guesser");
  for (int i = 0; i < 500; ++i) fail(1, "address " + std::to_string(i));
  EXPECT_LE(throttle_.sources(), 64U);
  EXPECT_GT(wait("guesser"), 0);
}

TEST(ThrottleSource, AnIpv6CustomerIsOneSource) {
  EXPECT_EQ(throttle_source("203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(throttle_source("2001:db8:1:2:aaaa::1"), throttle_source("2001:db8:1:2:bbbb::2"));
  EXPECT_NE(throttle_source("2001:db8:1:2::1"), throttle_source("2001:db8:1:3::1"));
  EXPECT_NE(throttle_source("::ffff:192.0.2.1"), throttle_source("::ffff:192.0.2.2"));
  EXPECT_EQ(throttle_source("fe80::1%eth0"), throttle_source("fe80::2"));
  EXPECT_EQ(throttle_source("not an address"), "not an address");
}

TEST(KdfGate, AtMostTwoRun) {
  KdfGate gate(2, 0);
  auto first = gate.enter();
  auto second = gate.enter();
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(gate.enter()) << "nobody may wait here";
  first.reset();
  EXPECT_TRUE(gate.enter());
}

TEST(KdfGate, WhoWaitsGetsInWhenSomebodyLeaves) {
  KdfGate gate(1, 1);
  auto first = gate.enter();
  std::atomic<bool> entered = false;
  std::thread second([&] { entered = gate.enter().has_value(); });
  EXPECT_FALSE(entered);
  first.reset();
  second.join();
  EXPECT_TRUE(entered);
}

}  // namespace
}  // namespace loomgate::services
