// SPDX-License-Identifier: Apache-2.0
// GET .../mesh-workspace (spec http-api 4.4, domain 10.6) with the literal texts of http-api 10.
#include "tests/integration/api_mesh/api_test.h"

namespace loomgate::test {
namespace {

class MeshWorkspaceApi : public ApiTest {
 protected:
  void SetUp() override {
    config = make_config("home").config.id;
    hub = make_node(config, "hub", "203.0.113.7").node;
    leaf = make_node(config, "leaf").node;
    group = make_link(hub, leaf);
  }
  Answer workspace(const domain::Node& node) {
    return get("/configs/" + config + "/nodes/" + node.id + "/mesh-workspace");
  }
  static json::View connection(const Answer& answer, std::size_t index = 0) {
    return answer.body.view().find("data")->find("connections")->items().at(index);
  }
  // "integrity | message" of the first connection.
  std::string integrity(const domain::Node& node) {
    const auto answer = workspace(node);
    const auto shown = connection(answer);
    return std::string(shown.find("integrity_status")->string()) + " | " +
           std::string(shown.find("integrity_message")->string());
  }
  // "forward summary (keepalive) | reverse summary (keepalive)"
  std::string summaries(const domain::Node& node) {
    const auto answer = workspace(node);
    std::string told;
    for (const char* side : {"forward", "reverse"}) {
      const auto card = *connection(answer).find(side);
      told += (told.empty() ? "" : " | ") + std::string(card.find("endpoint_summary")->string()) + " (" +
              std::string(card.find("keepalive_display")->string()) + ")";
    }
    return told;
  }
  void write_link(const std::function<void(services::LinkGroupWrite&)>& change) {
    auto write = link_between(hub, leaf);
    change(write);
    links.update(admin, group, write);
  }

  std::string config, group;
  domain::Node hub, leaf;
};

TEST_F(MeshWorkspaceApi, EveryFieldOfTheContractIsThere) {
  const auto answer = workspace(hub);
  ASSERT_EQ(answer.status, 200) << answer.body.dump();
  const auto names = [](json::View object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.members()) keys.emplace_back(key);
    std::sort(keys.begin(), keys.end());
    return keys;
  };
  EXPECT_THAT(names(*answer.body.view().find("data")),
              testing::ElementsAre("connections", "node", "readonly", "validation"));
  const auto shown = connection(answer);
  EXPECT_THAT(names(shown),
              testing::ElementsAre("duplicate_enabled_pair", "duplicate_message", "enabled", "forward",
                                   "has_preshared_key", "integrity_message", "integrity_status", "link_group_id",
                                   "notes", "peer_disabled", "peer_node", "preshared_key", "readonly", "reverse",
                                   "updated_at"));
  EXPECT_THAT(names(*shown.find("forward")),
              testing::ElementsAre("allowed_ips", "endpoint_manual_host", "endpoint_manual_port", "endpoint_mode",
                                   "endpoint_port_mode", "endpoint_ref_family", "endpoint_summary",
                                   "keepalive_display", "link_id", "local_node_id", "peer_node_id",
                                   "persistent_keepalive"));
  EXPECT_EQ(shown.find("link_group_id")->string(), group);
  EXPECT_EQ(shown.find("peer_node")->find("private_key")->string(), leaf.private_key);
  EXPECT_EQ(answer.at({"data", "node", "private_key"}), hub.private_key);
  EXPECT_EQ(answer.at({"data", "validation"}),
            R"({"valid":true,"errors":[],"warnings":[],"messages":["Topology check passed."]})");
}

TEST_F(MeshWorkspaceApi, ForwardStartsAtTheViewedNode) {
  for (const auto& [node, peer] : {std::pair{hub, leaf}, std::pair{leaf, hub}}) {
    const auto answer = workspace(node);
    EXPECT_EQ(connection(answer).find("forward")->find("local_node_id")->string(), node.id);
    EXPECT_EQ(connection(answer).find("reverse")->find("local_node_id")->string(), peer.id);
    EXPECT_EQ(connection(answer).find("peer_node")->find("id")->string(), peer.id);
  }
  EXPECT_EQ(summaries(hub), "leaf has no public IPV4 entry; auto mode leaves it empty (/) | Auto uses 203.0.113.7:51820 (25)");
  EXPECT_EQ(summaries(leaf), "Auto uses 203.0.113.7:51820 (25) | leaf has no public IPV4 entry; auto mode leaves it empty (/)");
}

TEST_F(MeshWorkspaceApi, SummariesOfEveryMode) {
  write_link([](auto& write) {
    write.forward.endpoint_mode = "none";
    write.reverse.endpoint_ref_family = "ipv6";
    write.reverse.persistent_keepalive = std::nullopt;
  });
  EXPECT_EQ(summaries(hub), "No Endpoint (/) | hub has no public IPV6 entry; auto mode leaves it empty (/)");
  write_link([](auto& write) {
    write.forward.endpoint_mode = "manual";
    write.forward.endpoint_manual_host = "[2001:db8::1]";
    write.forward.endpoint_manual_port = 4000;
    write.forward.persistent_keepalive = 7;
    write.reverse.persistent_keepalive = std::nullopt;
  });
  EXPECT_EQ(summaries(hub), "Manual uses [2001:db8::1]:4000 (7) | Auto uses 203.0.113.7:51820 (Unset)");
}

TEST_F(MeshWorkspaceApi, APeerThatIsDisabledBreaksTheLink) {
  nodes.update(admin, leaf.id, [] {
    auto write = rename("leaf");
    write.enabled = false;
    return write;
  }());
  auto answer = workspace(leaf);
  EXPECT_EQ(answer.at({"data", "readonly"}), "true");
  EXPECT_TRUE(connection(answer).find("readonly")->boolean());
  EXPECT_EQ(integrity(hub), "healthy | ");  // the link was disabled with the node
  EXPECT_TRUE(connection(workspace(hub)).find("peer_disabled")->boolean());
  write_link([](auto&) {});
  EXPECT_EQ(integrity(hub), "broken | Mesh link from hub references disabled endpoint leaf.");
  EXPECT_EQ(workspace(hub).at({"data", "validation", "errors"}),
            "[\"Enabled Mesh link group " + group + " references missing or disabled endpoint: " + leaf.id + ".\"]");
}

TEST_F(MeshWorkspaceApi, TwoSidesWithoutAddressBreakTheLink) {
  auto write = rename("hub");
  write.ipv4_address = json::Field<std::string>::null();
  nodes.update(admin, hub.id, write);
  const std::string text = "Mesh link between hub and leaf is broken because both sides have no public endpoint.";
  EXPECT_EQ(integrity(hub), "broken | " + text);
  EXPECT_EQ(workspace(leaf).at({"data", "validation", "messages"}), "[\"" + text + "\"]");
}

TEST_F(MeshWorkspaceApi, TwoGroupsOfOnePairAreDuplicates) {
  make_link(leaf, hub);
  const auto answer = workspace(hub);
  ASSERT_EQ(answer.body.view().find("data")->find("connections")->size(), 2u);
  for (std::size_t index : {0u, 1u}) {
    EXPECT_TRUE(connection(answer, index).find("duplicate_enabled_pair")->boolean());
    EXPECT_EQ(connection(answer, index).find("duplicate_message")->string(),
              "Duplicate enabled peer links found between hub and leaf. Only one enabled link group is allowed for the "
              "same node pair.");
  }
  EXPECT_EQ(connection(answer, 0).find("link_group_id")->string(), group);
}

TEST_F(MeshWorkspaceApi, UnknownAndForeignNodesAreRefused) {
  const auto other = make_config("other").config.id;
  EXPECT_EQ(refusal("GET", "/configs/" + other + "/nodes/" + hub.id + "/mesh-workspace"), "NODE_CONFIG_MISMATCH 400");
  EXPECT_EQ(refusal("GET", "/configs/" + config + "/nodes/node_000000000000/mesh-workspace"), "NODE_NOT_FOUND 404");
  EXPECT_EQ(refusal("GET", "/configs/cfg_000000000000/nodes/" + hub.id + "/mesh-workspace"), "CONFIG_NOT_FOUND 404");
}

TEST_F(MeshWorkspaceApi, WithoutLinksThereIsAWarning) {
  links.remove(admin, group);
  const auto answer = workspace(hub);
  EXPECT_EQ(answer.at({"data", "connections"}), "[]");
  EXPECT_EQ(answer.at({"data", "validation"}),
            R"({"valid":true,"errors":[],"warnings":["Current config has no peer links."],"messages":["Current config has no peer links."]})");
}

}  // namespace
}  // namespace loomgate::test
