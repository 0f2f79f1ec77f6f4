// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/quick_mesh.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace loomgate::domain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kSubnet = "10.92.0.0/24";

Node node(const std::string& id, int host, bool has_ipv4 = true) {
  Node made;
  made.id = id;
  made.virtual_ip = "10.92.0." + std::to_string(host) + "/32";
  if (has_ipv4) made.ipv4_address = "198.51.100." + std::to_string(host);
  return made;
}

std::vector<Node> three() { return {node("a", 2), node("b", 3), node("c", 4)}; }

QuickMeshPlan plan(const std::string& mode) {
  QuickMeshPlan made;
  made.mode = mode;
  return made;
}

QuickMeshPlan hub_plan(const std::string& hub) {
  auto made = plan("hub_spoke");
  made.hub_node_id = hub;
  return made;
}

QuickMeshPlan free_plan(std::vector<std::string> gateways, std::vector<LeafAssignment> leaves) {
  auto made = plan("free_mesh");
  made.gateway_node_ids = std::move(gateways);
  made.leaf_assignments = std::move(leaves);
  return made;
}

// "a>b forward|reverse"
std::vector<std::string> pairs(const QuickMeshPlan& wanted, const std::vector<Node>& nodes) {
  EXPECT_FALSE(find_problem(wanted, nodes).has_value());
  std::vector<std::string> told;
  for (const auto& pair : quick_mesh_pairs(wanted, kSubnet, nodes)) {
    told.push_back(pair.forward->id + ">" + pair.reverse->id + " " + pair.forward_allowed_ips + "|" +
                   pair.reverse_allowed_ips);
  }
  return told;
}

// "CODE nodes/ids family?"
std::string problem(const QuickMeshPlan& wanted, const std::vector<Node>& nodes) {
  const auto found = find_problem(wanted, nodes);
  if (!found) return "none";
  std::string told = found->code.code;
  for (const auto* named : found->nodes) told += " " + named->id;
  for (const auto& id : found->node_ids) told += " " + id;
  return told + (found->names_family ? " family" : "");
}

TEST(QuickMesh, Vector2HubSpokeStartsEveryPairAtTheHub) {
  EXPECT_THAT(pairs(hub_plan("a"), three()),
              ElementsAre("a>b 10.92.0.3/32|10.92.0.0/24", "a>c 10.92.0.4/32|10.92.0.0/24"));
  EXPECT_THAT(pairs(hub_plan("b"), three()),
              ElementsAre("b>a 10.92.0.2/32|10.92.0.0/24", "b>c 10.92.0.4/32|10.92.0.0/24"));
}

TEST(QuickMesh, Vector3FullMeshJoinsEveryPairInNodeOrder) {
  EXPECT_THAT(pairs(plan("full_mesh"), three()),
              ElementsAre("a>b 10.92.0.3/32|10.92.0.2/32", "a>c 10.92.0.4/32|10.92.0.2/32",
                          "b>c 10.92.0.4/32|10.92.0.3/32"));
  auto over_ipv6 = plan("full_mesh");
  over_ipv6.endpoint_ref_family = "ipv6";
  EXPECT_EQ(problem(over_ipv6, three()), "QUICK_MESH_ENDPOINT_REQUIRED a b c family");
}

TEST(QuickMesh, Vector4FreeMeshReachesLeavesThroughTheirGateway) {
  EXPECT_THAT(pairs(free_plan({"a", "b"}, {{"c", "b"}}), three()),
              ElementsAre("a>b 10.92.0.3/32,10.92.0.4/32|10.92.0.2/32", "b>c 10.92.0.4/32|10.92.0.0/24"));
  EXPECT_EQ(problem(free_plan({"a", "b"}, {}), three()), "QUICK_MESH_NODE_UNASSIGNED c");
}

TEST(QuickMesh, FreeMeshKeepsTheOrderOfTheRequest) {
  const std::vector<Node> nodes{node("a", 2), node("b", 3), node("c", 4), node("d", 5), node("e", 6)};
  EXPECT_THAT(pairs(free_plan({"c", "a"}, {{"e", "a"}, {"b", "c"}, {"d", "a"}}), nodes),
              ElementsAre("c>a 10.92.0.2/32,10.92.0.6/32,10.92.0.5/32|10.92.0.4/32,10.92.0.3/32",
                          "a>e 10.92.0.6/32|10.92.0.0/24", "c>b 10.92.0.3/32|10.92.0.0/24",
                          "a>d 10.92.0.5/32|10.92.0.0/24"));
}

TEST(QuickMesh, ModeFamilyCountAndVirtualIpsComeFirst) {
  EXPECT_EQ(problem(plan("ring"), {}), "INVALID_QUICK_MESH_MODE");
  auto odd_family = plan("full_mesh");
  odd_family.endpoint_ref_family = "ipx";
  EXPECT_EQ(problem(odd_family, {}), "INVALID_ENDPOINT_FAMILY");
  EXPECT_EQ(problem(plan("hub_spoke"), {node("a", 2)}), "QUICK_MESH_NOT_ENOUGH_NODES");
  auto nodes = three();
  nodes[2].virtual_ip.reset();
  nodes[1].virtual_ip = " ";
  EXPECT_EQ(problem(plan("hub_spoke"), nodes), "QUICK_MESH_VIRTUAL_IP_REQUIRED b c");
}

TEST(QuickMesh, TheHubIsAnEnabledNodeWithAnAddress) {
  EXPECT_EQ(problem(plan("hub_spoke"), three()), "QUICK_MESH_HUB_REQUIRED");
  EXPECT_EQ(problem(hub_plan("elsewhere"), three()), "QUICK_MESH_HUB_REQUIRED");
  EXPECT_EQ(problem(hub_plan("a"), {node("a", 2, false), node("b", 3)}), "QUICK_MESH_HUB_ENDPOINT_REQUIRED a family");
  EXPECT_EQ(problem(hub_plan("a"), {node("a", 2), node("b", 3, false)}), "none");
}

TEST(QuickMesh, FullMeshNamesOnlyTheNodesWithoutAnAddress) {
  EXPECT_EQ(problem(plan("full_mesh"), {node("a", 2), node("b", 3, false), node("c", 4)}),
            "QUICK_MESH_ENDPOINT_REQUIRED b family");
}

// Every row breaks all the rules below its own as well, so the order shows.
TEST(QuickMesh, FreeMeshIsCheckedInTheOrderOfTheContract) {
  auto nodes = three();
  nodes.push_back(node("d", 5, false));
  EXPECT_EQ(problem(free_plan({}, {{"x", "y"}}), nodes), "QUICK_MESH_GATEWAY_REQUIRED");
  EXPECT_EQ(problem(free_plan({"d", "x", "w"}, {{"y", "z"}}), nodes), "QUICK_MESH_GATEWAY_REQUIRED x w");
  EXPECT_EQ(problem(free_plan({"d"}, {{"y", "z"}}), nodes), "QUICK_MESH_GATEWAY_ENDPOINT_REQUIRED d family");
  EXPECT_EQ(problem(free_plan({"a"}, {{"y", "z"}, {"a", "a"}, {"x", "a"}}), nodes), "QUICK_MESH_LEAF_INVALID y x");
  EXPECT_EQ(problem(free_plan({"b", "a"}, {{"b", "z"}, {"a", "b"}}), nodes), "QUICK_MESH_NODE_ROLE_CONFLICT a b");
  EXPECT_EQ(problem(free_plan({"a"}, {{"b", "d"}, {"c", "a"}, {"d", "b"}}), nodes),
            "QUICK_MESH_LEAF_GATEWAY_INVALID b d");
  EXPECT_EQ(problem(free_plan({"a"}, {{"c", "a"}}), nodes), "QUICK_MESH_NODE_UNASSIGNED b d");
}

}  // namespace
}  // namespace loomgate::domain
