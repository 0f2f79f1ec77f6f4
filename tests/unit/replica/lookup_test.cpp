// SPDX-License-Identifier: Apache-2.0
#include "plugin/replica/lookup.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace loomgate::replica {
namespace {

using namespace std::chrono_literals;

TEST(LookupLimiter, AFloodOfNamesIsHeldToTheRate) {
  LookupLimiter limiter(10);
  int asked = 0;
  for (int ms = 0; ms < 10000; ++ms) {
    asked += limiter.may_ask("node_" + std::to_string(ms), Milliseconds(1000 + ms)) ? 1 : 0;
  }
  EXPECT_GE(asked, 100);
  EXPECT_LE(asked, 110);
}

TEST(LookupLimiter, ANameFoundMissingIsNotAskedForAgainForAWhile) {
  LookupLimiter limiter(10);
  const std::string name = "node_aaaaaaaaaaaa";
  EXPECT_TRUE(limiter.may_ask(name, 1s));
  limiter.remember_missing(name, 1s);
  EXPECT_FALSE(limiter.may_ask(name, 20s));
  EXPECT_TRUE(limiter.may_ask("node_bbbbbbbbbbbb", 20s));
  EXPECT_TRUE(limiter.may_ask(name, 40s));
}

TEST(LookupLimiter, AfterATimeOutThereIsASecondOfSilence) {
  LookupLimiter limiter(10);
  EXPECT_TRUE(limiter.may_ask("a", 10s));
  limiter.back_off();
  EXPECT_FALSE(limiter.may_ask("b", 10s));
  EXPECT_FALSE(limiter.may_ask("b", 10900ms));
  EXPECT_TRUE(limiter.may_ask("b", 11100ms));
}

TEST(LookupLimiter, ARateOfZeroSwitchesLookUpsOff) {
  LookupLimiter limiter(0);
  for (int second = 1; second < 100; ++second) EXPECT_FALSE(limiter.may_ask("a", std::chrono::seconds(second)));
  limiter.set_rate(5);
  EXPECT_TRUE(limiter.may_ask("a", 200s));
}

TEST(LookupLimiter, LongNamesAreNotRemembered) {
  LookupLimiter limiter(10);
  const std::string name(200, 'x');
  limiter.remember_missing(name, 1s);
  EXPECT_TRUE(limiter.may_ask(name, 1s));
}

TEST(LookupDesk, TheAnswerEndsTheWait) {
  LookupDesk desk;
  desk.ask("node_aaaaaaaaaaaa");
  std::thread replica([&] {
    const auto question = desk.question();
    ASSERT_TRUE(question);
    EXPECT_EQ(question->username, "node_aaaaaaaaaaaa");
    desk.answered(*question);
  });
  EXPECT_TRUE(desk.wait(30s));
  replica.join();
  EXPECT_FALSE(desk.question());
}

TEST(LookupDesk, AnAnswerThatComesTooLateIsNotTakenForTheNextQuestions) {
  LookupDesk desk;
  desk.ask("node_aaaaaaaaaaaa");
  const auto late = desk.question();
  EXPECT_FALSE(desk.wait(1ms));
  EXPECT_FALSE(desk.question()) << "given up";
  desk.ask("node_bbbbbbbbbbbb");
  desk.answered(*late);
  EXPECT_FALSE(desk.wait(1ms));
}

}  // namespace
}  // namespace loomgate::replica
