// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/coalescer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loomgate::events {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class Bursts : public testing::Test {
 protected:
  void add(const std::string& type, const std::string& node = "", const std::string& ref = "") {
    coalescer_.add({type, "cfg_1", node, ref}, now_);
  }
  std::vector<std::string> due() {
    std::vector<std::string> texts;
    for (const auto& change : coalescer_.take_due(now_)) texts.push_back(change.type + " " + change.config_id + change.node_id + change.ref);
    return texts;
  }

  Coalescer::Clock::time_point now_ = Coalescer::Clock::now();
  Coalescer coalescer_{250ms};
};

TEST_F(Bursts, TheFirstChangeIsToldAtOnceAndWhatFollowsAfterThePause) {
  add("config.overview");
  EXPECT_THAT(due(), ElementsAre("config.overview cfg_1"));
  now_ += 10ms;
  for (int i = 0; i < 100; ++i) add("config.overview");
  EXPECT_THAT(due(), ElementsAre());
  EXPECT_EQ(coalescer_.next_due(), now_ + 240ms);
  now_ += 240ms;
  EXPECT_THAT(due(), ElementsAre("config.overview cfg_1")) << "the last state arrives, once";
  EXPECT_EQ(coalescer_.next_due(), std::nullopt);
}

TEST_F(Bursts, AConfigDoesNotWaitForAnother) {
  add("config.overview");
  due();
  coalescer_.add({"config.overview", "cfg_2", "", ""}, now_ + 1ms);
  now_ += 1ms;
  EXPECT_THAT(due(), ElementsAre("config.overview cfg_2"));
}

TEST_F(Bursts, EventsComeInTheOrderOfAPlanWithTheirIdsSorted) {
  add("mesh.workspace", "b");
  add("node.workspace", "b");
  add("node.apply", "a");
  add("node.workspace", "a");
  add("config.overview");
  EXPECT_THAT(due(), ElementsAre("config.overview cfg_1", "node.workspace cfg_1a", "node.workspace cfg_1b", "node.apply cfg_1a",
                                 "mesh.workspace cfg_1b"));
}

TEST_F(Bursts, AStatusAlsoConcernsTheSnapshotOfItsConfigAndTheSystem) {
  add("endpoint.status", "a");
  add("endpoint.status", "b");
  EXPECT_THAT(due(), testing::UnorderedElementsAre("system.status ", "endpoint.status cfg_1a", "endpoint.status cfg_1b",
                                                   "runtime.snapshot cfg_1"));
}

TEST_F(Bursts, EveryControlLogIsToldOnItsOwn) {
  add("control.log.created", "a", "elog_1");
  add("control.log.created", "a", "elog_2");
  add("control.log.updated", "a", "elog_1");
  EXPECT_EQ(due().size(), 3U);
}

TEST_F(Bursts, AfterALongPauseNothingHoldsTheNextChangeBack) {
  add("config.overview");
  due();
  now_ += 1s;
  EXPECT_THAT(due(), ElementsAre());
  add("config.overview");
  EXPECT_THAT(due(), ElementsAre("config.overview cfg_1"));
}

TEST(MassOfPages, HundredsOfNodePagesGiveWayToTheConfigsOverview) {
  std::vector<store::Change> due{{"config.overview", "cfg_1", "", ""}};
  for (std::size_t number = 0; number < kMostNodePages; ++number) due.push_back({"node.workspace", "cfg_1", std::to_string(number), ""});
  EXPECT_FALSE(leave_out_mass_of_pages(due));
  EXPECT_EQ(due.size(), kMostNodePages + 1);
  due.push_back({"mesh.workspace", "cfg_1", "x", ""});
  EXPECT_TRUE(leave_out_mass_of_pages(due));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].type, "config.overview");
}

}  // namespace
}  // namespace loomgate::events
