// SPDX-License-Identifier: Apache-2.0
#include "plugin/access/roster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loomgate::access {
namespace {

DeviceGrant device(NodeNumber node, std::uint8_t hash = 0) {
  return {.node = node, .config = 1, .salt = {}, .hash = {hash}};
}
DaemonGrant daemon_grant(const char* name, std::uint8_t hash = 0) {
  return {.username = name, .salt = {}, .hash = {hash}};
}

bool equal(const Roster& left, const Roster& right) {
  return left.devices == right.devices && left.daemons == right.daemons;
}

TEST(Roster, NormalizeSortsAndKeepsTheLastOfDoubles) {
  Roster roster{{device(3), device(1, 1), device(1, 2)}, {daemon_grant("b"), daemon_grant("a"), daemon_grant("b", 5)}};
  roster.normalize();
  EXPECT_THAT(roster.devices, testing::ElementsAre(device(1, 2), device(3)));
  EXPECT_EQ(roster.daemons, (std::vector{daemon_grant("a"), daemon_grant("b", 5)}));
}

TEST(Roster, ApplyingTheDifferenceGivesTheNewState) {
  for (const NodeNumber count : {5U, 500U}) {
    Roster before, after;
    for (NodeNumber node = 0; node < count; ++node) {
      if (node % 5 != 1) before.devices.push_back(device(node));
      if (node % 5 != 2) after.devices.push_back(device(node, node % 5 == 3 ? 7 : 0));
    }
    before.daemons = {daemon_grant("wfm-server-a"), daemon_grant("wfm-server-b")};
    after.daemons = {daemon_grant("wfm-server-b", 1), daemon_grant("wfm-server-c")};
    const Changes changes = difference(before, after);
    EXPECT_EQ(changes.size(), 3 * count / 5 + 3);
    EXPECT_FALSE(changes.front().granted) << "who loses access loses it first";
    apply(before, changes);
    EXPECT_TRUE(equal(before, after));
    EXPECT_TRUE(difference(before, after).empty());
  }
}

TEST(Roster, APartSpeaksOnlyForTheNamesItWasAskedFor) {
  const Roster before{{device(1), device(2), device(3)}, {daemon_grant("wfm-server-a")}};
  const Roster part{{device(2, 9)}, {}};
  const Changes changes =
      difference_for(before, part, {node_id(2), node_id(3), "wfm-server-a", "wfm-server-zz", "*", ""});
  Roster now = before;
  apply(now, changes);
  EXPECT_TRUE(equal(now, Roster{{device(1), device(2, 9)}, {}}));
}

TEST(Identity, IdsAreReadExactly) {
  EXPECT_EQ(parse_node_id("node_0123456789ab"), 0x0123456789abU);
  EXPECT_EQ(node_id(0x0123456789abU), "node_0123456789ab");
  EXPECT_EQ(parse_config_id("cfg_ffffffffffff"), 0xffffffffffffU);
  for (const std::string_view wrong : {"node_0123456789aB", "node_0123456789ab0", "node_0123456789a",
                                       "cfg_0123456789ab", "", "node_", "node_0123456789a\xe9", "Node_0123456789ab"}) {
    EXPECT_FALSE(parse_node_id(wrong)) << wrong;
  }
}

TEST(Identity, EveryPlaceTakesTheSixteenDigitsAndNothingElse) {
  for (std::size_t place = 0; place < kIdDigits; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = node_id(0xa5c3960f1e2dU);
      text[kNodePrefix.size() + place] = static_cast<char>(byte);
      const auto digit = std::string_view("0123456789abcdef").find(static_cast<char>(byte));
      const auto number = parse_node_id(text);
      ASSERT_EQ(number.has_value(), digit != std::string_view::npos) << place << ' ' << byte;
      if (number) {
        EXPECT_EQ(node_id(*number), text);
      }
    }
  }
}

}  // namespace
}  // namespace loomgate::access
