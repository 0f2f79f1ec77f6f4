// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/sync_state.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace loomgate::domain {
namespace {

TEST(DesiredVersion, GrowsByOneExactlyWhenTheTextChanges) {
  EXPECT_EQ(next_desired({}, "a"), (Layer{"a", 1}));
  EXPECT_EQ(next_desired({"a", 4}, "a"), (Layer{"a", 4}));
  EXPECT_EQ(next_desired({"a", 4}, "b"), (Layer{"b", 5}));
}

TEST(StagedVersion, FollowsDesiredWhenNothingWasTyped) {
  EXPECT_EQ(auto_staged({}, {"a", 1}), (Layer{"a", 1}));
  EXPECT_EQ(auto_staged({"a", 1}, {"b", 2}), (Layer{"b", 2}));
  EXPECT_EQ(auto_staged({"a", 3}, {"a", 3}), (Layer{"a", 3}));
}

TEST(StagedVersion, NeverMovesBackAfterAManualEdit) {
  const Layer typed = saved_layer({"a", 2}, {"a", 2}, "typed");
  EXPECT_EQ(typed, (Layer{"typed", 3}));
  EXPECT_EQ(auto_staged(typed, {"a", 2}), (Layer{"a", 4}));
}

TEST(StagedVersion, SavingAlwaysMakesANewVersion) {
  EXPECT_EQ(saved_layer({"a", 5}, {"a", 2}, "a"), (Layer{"a", 6}));
  EXPECT_EQ(saved_layer({"a", 1}, {"b", 7}, "c"), (Layer{"c", 8}));
}

TEST(StagedVersion, SyncWithoutAChangeMakesNone) {
  EXPECT_EQ(synced_layer({"a", 5}, {"a", 2}, "a"), (Layer{"a", 5}));
  EXPECT_EQ(synced_layer({"a", 5}, {"b", 6}, "b"), (Layer{"b", 7}));
}

TEST(StagedVersion, OneVersionNeverNamesTwoTexts) {
  std::mt19937 random(11);
  Layer desired, staged;
  for (int i = 0; i < 2000; ++i) {
    const Layer before = staged;
    const std::string text(1, static_cast<char>('a' + random() % 4));
    switch (random() % 4) {
      case 0:
        desired = next_desired(desired, text);
        break;
      case 1:
        if (!desired.sha256.empty()) staged = auto_staged(staged, desired);
        break;
      case 2:
        staged = saved_layer(staged, desired, text);
        break;
      default:
        staged = synced_layer(staged, desired, text);
    }
    EXPECT_GE(staged.version, before.version);
    if (staged.version == before.version) {
      EXPECT_EQ(staged.sha256, before.sha256);
    }
  }
}

TEST(ApplyStatus, FourNames) {
  EXPECT_STREQ(apply_status("", ""), "empty");
  EXPECT_STREQ(apply_status("", "a"), "empty");
  EXPECT_STREQ(apply_status("a", "a"), "in_sync");
  EXPECT_STREQ(apply_status("a", "b"), "staged_outdated");
  EXPECT_STREQ(apply_status("a", ""), "pending");
}

TEST(ConfigSyncState, InSyncNeedsADesiredText) {
  EXPECT_STREQ(config_sync_state("a", "a"), "in_sync");
  EXPECT_STREQ(config_sync_state("a", "b"), "pending");
  EXPECT_STREQ(config_sync_state("", ""), "pending");
}

TEST(WgConfigVersionState, StaticNodesAreAlwaysLatest) {
  EXPECT_STREQ(wg_config_version_state(false, "", "a"), "latest");
  EXPECT_STREQ(wg_config_version_state(true, "", ""), "pending");
  EXPECT_STREQ(wg_config_version_state(true, "a", "a"), "latest");
  EXPECT_STREQ(wg_config_version_state(true, "a", "b"), "pending");
}

}  // namespace
}  // namespace loomgate::domain
