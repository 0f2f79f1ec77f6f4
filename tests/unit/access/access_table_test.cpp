// SPDX-License-Identifier: Apache-2.0
#include "plugin/access/access_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/unit/access/fixtures.h"

namespace loomgate::access {
namespace {

using namespace testing;

TEST(AccessTable, FindsExactlyWhatWasGrantedThroughGrowthAndErasure) {
  AccessTable table;
  std::map<NodeNumber, ConfigNumber> model;
  std::mt19937_64 random(7);
  // Few distinct low bits make long runs, the hard case for closing holes.
  const auto some_node = [&] { return (random() % 400) << (random() % 2 == 0 ? 0 : 36); };
  for (int step = 0; step < 20000; ++step) {
    const NodeNumber node = some_node();
    const Change change = grant_device(node, random() % 3, "p");
    if (random() % 2 == 0) {
      const bool must_go = model.contains(node) && model[node] != change.device.config;
      EXPECT_EQ(apply(table, change), must_go);
      model[node] = change.device.config;
    } else {
      EXPECT_EQ(apply(table, revoke(change)), model.erase(node) == 1);
    }
    const NodeNumber asked = some_node();
    ASSERT_EQ(table.find(PrincipalKey{asked}) != nullptr, model.contains(asked));
  }
  ASSERT_EQ(table.devices(), model.size());
  for (const auto& [node, config] : model) {
    const Principal* found = table.find(node_id(node));
    ASSERT_NE(found, nullptr);
    EXPECT_STREQ(found->topic_prefix.data(), ("wfm/" + config_id(config) + "/" + node_id(node) + "/").c_str());
  }
}

TEST(AccessTable, AnUnchangedGrantKeepsTheGenerationAndAChangedOneDoesNot) {
  AccessTable table = table_of_vectors();
  const std::uint64_t before = table.find(kNode)->generation;
  EXPECT_FALSE(apply(table, grant_device(0xaaaaaaaaaaaa, 0xbbbbbbbbbbbb, kPassword)));
  EXPECT_EQ(table.find(kNode)->generation, before);
  EXPECT_TRUE(apply(table, grant_device(0xaaaaaaaaaaaa, 0xbbbbbbbbbbbb, "new password")));
  EXPECT_NE(table.find(kNode)->generation, before);
}

TEST(AccessTable, ADaemonThatComesBackHasItsOldKeyAndANewGeneration) {
  AccessTable table = table_of_vectors();
  const Principal before = *table.find(kDaemon);
  EXPECT_TRUE(before.is_daemon());
  EXPECT_TRUE(apply(table, revoke(grant_daemon(kDaemon, ""))));
  EXPECT_EQ(table.find(kDaemon), nullptr);
  EXPECT_EQ(table.username_of(before.key), kDaemon);
  EXPECT_FALSE(apply(table, grant_daemon(kDaemon, kDaemonPassword)));
  EXPECT_EQ(table.find(before.key)->key, before.key);
  EXPECT_NE(table.find(before.key)->generation, before.generation);
}

TEST(AccessTable, NamesOfKeys) {
  AccessTable table = table_of_vectors();
  EXPECT_EQ(table.username_of(0xaaaaaaaaaaaa), kNode);
  EXPECT_EQ(table.client_id_of(0xaaaaaaaaaaaa), kClient);
  EXPECT_EQ(table.client_id_of(table.find(kDaemon)->key), kDaemon);
  EXPECT_EQ(table.find(kDaemonKey | 17), nullptr);
}

TEST(AccessTable, TenThousandDevicesFitInTwoMegabytes) {
  AccessTable table;
  table.reserve(10000);
  for (NodeNumber node = 0; node < 10000; ++node) apply(table, grant_device(node * 0x10001, 1, "p"));
  EXPECT_LE(table.memory_bytes(), 2u * 1000 * 1000);
}

}  // namespace
}  // namespace loomgate::access
