// SPDX-License-Identifier: Apache-2.0
#include "plugin/replica/access_rows.h"

#include <gtest/gtest.h>

#include <functional>

namespace loomgate::replica {
namespace {

const std::vector<std::uint8_t> kSalt(16, 1), kHash(32, 2);

AccessRow node_row() {
  return {"node", "node_aaaaaaaaaaaa", "wfm-node_aaaaaaaaaaaa", "cfg_bbbbbbbbbbbb", kSalt, kHash};
}
AccessRow daemon_row() {
  return {"daemon", "wfm-server-a", "wfm-server-a", std::nullopt, kSalt, kHash};
}

TEST(AccessRows, GoodRowsBecomeGrants) {
  access::Roster roster;
  EXPECT_TRUE(add_row(node_row(), roster));
  EXPECT_TRUE(add_row(daemon_row(), roster));
  ASSERT_EQ(roster.devices.size(), 1U);
  EXPECT_EQ(roster.devices[0].node, 0xaaaaaaaaaaaaU);
  EXPECT_EQ(roster.devices[0].config, 0xbbbbbbbbbbbbU);
  EXPECT_EQ(roster.devices[0].hash[31], 2);
  ASSERT_EQ(roster.daemons.size(), 1U);
  EXPECT_EQ(roster.daemons[0].username, "wfm-server-a");
}

TEST(AccessRows, MalformedRowsAddNothing) {
  const std::vector<std::function<void(AccessRow&)>> damages = {
      [](AccessRow& row) { row.kind = "admin"; },
      [](AccessRow& row) { row.kind = ""; },
      [](AccessRow& row) { row.username = "node_aaaaaaaaaaa#"; },
      [](AccessRow& row) { row.username = ""; },
      [](AccessRow& row) { row.client_id = "wfm-node_dddddddddddd"; },
      [](AccessRow& row) { row.client_id = ""; },
      [](AccessRow& row) { row.salt.pop_back(); },
      [](AccessRow& row) { row.salt.clear(); },
      [](AccessRow& row) { row.hash.push_back(0); },
      [](AccessRow& row) { row.hash.clear(); },
  };
  for (std::size_t i = 0; i < damages.size(); ++i) {
    for (AccessRow row : {node_row(), daemon_row()}) {
      damages[i](row);
      access::Roster roster;
      EXPECT_FALSE(add_row(row, roster)) << "damage " << i << " of a " << row.kind;
      EXPECT_EQ(roster.size(), 0U);
    }
  }
  AccessRow without_config = node_row();
  without_config.config_id.reset();
  access::Roster roster;
  EXPECT_FALSE(add_row(without_config, roster));
  without_config.config_id = "cfg_+";
  EXPECT_FALSE(add_row(without_config, roster));
}

}  // namespace
}  // namespace loomgate::replica
