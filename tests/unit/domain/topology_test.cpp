// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/topology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace loomgate::domain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TopologyNode node(const std::string& id, bool reachable = true) {
  TopologyNode made{.id = id, .name = "Name of " + id, .enabled = true, .entry = {}};
  if (reachable) made.entry.ipv4_address = "203.0.113.1";
  return made;
}

TopologyNode disabled(TopologyNode off) {
  off.enabled = false;
  return off;
}

TopologyLink link(const std::string& local, const std::string& peer) {
  TopologyLink made;
  made.local_node_id = local;
  made.peer_node_id = peer;
  return made;
}

TopologyGroup group(const std::string& id, const std::string& a, const std::string& b) {
  return {.id = id, .enabled = true, .forward = link(a, b), .reverse = link(b, a)};
}

TopologyGroup switched_off(TopologyGroup off) {
  off.enabled = false;
  return off;
}

TopologyReport validate(std::vector<TopologyNode> nodes, std::vector<TopologyGroup> groups) {
  return validate_topology({.nodes = std::move(nodes), .groups = std::move(groups)});
}

const std::string kDuplicate =
    "Duplicate enabled peer links found between Name of a and Name of b. Only one enabled link group is allowed for "
    "the "
    "same node pair.";
const std::string kUnreachable =
    "Mesh link between Name of a and Name of b is broken because both sides have no public endpoint.";

TEST(Topology, CleanMeshPasses) {
  const auto report = validate({node("a"), node("b")}, {group("g", "a", "b")});
  EXPECT_TRUE(report.valid());
  EXPECT_THAT(report.messages(), ElementsAre("Topology check passed."));
  EXPECT_THAT(report.invalid_node_ids, IsEmpty());
}

TEST(Topology, UnlinkedNodesAreOnlyAWarning) {
  const auto report = validate({node("a"), node("b")}, {switched_off(group("g", "a", "b"))});
  EXPECT_TRUE(report.valid());
  EXPECT_THAT(report.warnings, ElementsAre("Current config has no peer links."));
  EXPECT_THAT(report.messages(), ElementsAre("Current config has no peer links."));
}

TEST(Topology, OneEnabledNodeNeedsNoLinks) {
  EXPECT_THAT(validate({node("a"), disabled(node("b"))}, {}).warnings, IsEmpty());
  EXPECT_THAT(validate({}, {}).messages(), ElementsAre("Topology check passed."));
}

TEST(Topology, SecondEnabledGroupOfAPairIsOneErrorWhateverItsDirection) {
  const auto report =
      validate({node("a"), node("b")}, {group("g1", "a", "b"), group("g2", "b", "a"), group("g3", "a", "b")});
  EXPECT_THAT(report.errors, ElementsAre(kDuplicate));
  EXPECT_THAT(report.invalid_node_ids, ElementsAre("a", "b"));
  EXPECT_EQ(report.duplicate_messages.size(), 3U);
  EXPECT_EQ(report.duplicate_messages.at("g2"), kDuplicate);
}

TEST(Topology, SwitchedOffGroupIsNoDuplicate) {
  const auto report = validate({node("a"), node("b")}, {group("g1", "a", "b"), switched_off(group("g2", "a", "b"))});
  EXPECT_TRUE(report.valid());
  EXPECT_TRUE(report.duplicate_messages.empty());
}

TEST(Topology, DuplicateOfADisabledNodeIsABadReferenceOnly) {
  const auto report = validate({node("a"), disabled(node("b"))}, {group("g1", "a", "b"), group("g2", "a", "b")});
  EXPECT_EQ(report.errors.size(), 2U);
  EXPECT_TRUE(report.duplicate_messages.empty());
}

TEST(Topology, BadReferenceNamesSortedIdsAndBlamesTheEnabledEnd) {
  const auto report = validate({node("a"), disabled(node("b"))}, {group("g", "a", "b"), group("h", "zz", "b")});
  EXPECT_THAT(report.errors, ElementsAre("Enabled Mesh link group g references missing or disabled endpoint: b.",
                                         "Enabled Mesh link group h references missing or disabled endpoint: b, zz."));
  EXPECT_THAT(report.invalid_node_ids, ElementsAre("a"));
}

TEST(Topology, SwitchedOffGroupMayReferToAnything) {
  EXPECT_TRUE(validate({node("a")}, {switched_off(group("g", "a", "gone"))}).valid());
}

TEST(Topology, PairWithoutAnyEntryIsBroken) {
  const auto report = validate({node("a", false), node("b", false)}, {group("g", "a", "b")});
  EXPECT_THAT(report.errors, ElementsAre(kUnreachable));
  EXPECT_THAT(report.invalid_node_ids, ElementsAre("a", "b"));
}

TEST(Topology, OneReachableSideIsEnough) {
  EXPECT_TRUE(validate({node("a"), node("b", false)}, {group("g", "a", "b")}).valid());
  EXPECT_TRUE(validate({node("a", false), node("b")}, {group("g", "a", "b")}).valid());
}

TEST(Topology, DirectionWithoutEndpointOnPurposeIsHealthy) {
  auto one_none = group("g", "a", "b");
  one_none.reverse->endpoint.mode = "none";
  auto both_none = one_none;
  both_none.forward->endpoint.mode = "none";
  EXPECT_TRUE(validate({node("a", false), node("b", false)}, {one_none}).valid());
  EXPECT_TRUE(validate({node("a", false), node("b", false)}, {both_none}).valid());
}

TEST(Topology, HalfAGroupIsHealthy) {
  TopologyGroup half{.id = "g", .enabled = true, .forward = std::nullopt, .reverse = link("b", "a")};
  EXPECT_TRUE(validate({node("a", false), node("b", false)}, {half}).valid());
}

TEST(Topology, DuplicatesComeFirstThenGroupsInTheirOrder) {
  const auto report =
      validate({node("a"), node("b"), node("c", false), node("d", false)},
               {group("g0", "c", "d"), group("g1", "a", "gone"), group("g2", "a", "b"), group("g3", "b", "a")});
  ASSERT_EQ(report.errors.size(), 3U);
  EXPECT_EQ(report.errors[0], kDuplicate);
  EXPECT_NE(report.errors[1].find("Name of c and Name of d"), std::string::npos);
  EXPECT_NE(report.errors[2].find("group g1"), std::string::npos);
  EXPECT_THAT(report.invalid_node_ids, ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(report.messages(), report.errors);
}

TEST(LinkIntegrity, DisabledPeerIsSeenFromTheEnabledSideOnly) {
  const auto local = node("a"), off = disabled(node("b"));
  const Integrity seen = link_integrity(group("g", "a", "b"), local, off, 51820);
  EXPECT_TRUE(seen.broken);
  EXPECT_STREQ(seen.status(), "broken");
  EXPECT_EQ(seen.message, "Mesh link from Name of a references disabled endpoint Name of b.");
  EXPECT_FALSE(link_integrity(group("g", "a", "b"), off, local, 51820).broken);
  EXPECT_FALSE(link_integrity(switched_off(group("g", "a", "b")), local, off, 51820).broken);
}

TEST(LinkIntegrity, NamesTheViewedNodeFirst) {
  const auto a = node("a", false), b = node("b", false);
  EXPECT_EQ(link_integrity(group("g", "b", "a"), a, b, 51820).message, kUnreachable);
  const Integrity healthy = link_integrity(group("g", "a", "b"), node("a"), b, 51820);
  EXPECT_STREQ(healthy.status(), "healthy");
  EXPECT_EQ(healthy.message, "");
}

TEST(LinkIntegrity, EachDirectionResolvesAgainstItsOwnPeer) {
  auto mixed = group("g", "b", "a");               // forward: b -> a
  mixed.forward->endpoint.ref_family = "ipv6";     // a has IPv4 only
  const auto a = node("a"), b = node("b", false);  // reverse: a -> b unresolved
  EXPECT_TRUE(link_integrity(mixed, a, b, 51820).broken);
  mixed.forward->endpoint.ref_family = "ipv4";
  EXPECT_FALSE(link_integrity(mixed, a, b, 51820).broken);
}

}  // namespace
}  // namespace loomgate::domain
