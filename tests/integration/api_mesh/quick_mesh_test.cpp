// SPDX-License-Identifier: Apache-2.0
// POST /mesh/quick-generate: acceptance vectors 2 to 5 of spec domain 12 and checks 12 to 14 of http-api 11.
#include <future>
#include <map>
#include <set>

#include "tests/integration/api_mesh/api_test.h"

namespace loomgate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class QuickMeshApi : public ApiTest {
 protected:
  void SetUp() override {
    config = post("/configs", R"({"name":"mesh","virtual_subnet":"10.92.0.0/24"})").data("id");
  }
  std::string add_node(const std::string& name, int host, const std::string& more = "") {
    const auto number = std::to_string(host);
    return post("/configs/" + config + "/nodes", R"({"name":")" + name + R"(","virtual_ip":"10.92.0.)" + number +
                                                     R"(/32","ipv4_address":"198.51.100.)" + number + "\"" + more + "}")
        .data("id");
  }
  void add_three() {
    a = add_node("a", 2);
    b = add_node("b", 3);
    c = add_node("c", 4);
  }
  std::string path() const { return "/configs/" + config + "/mesh/quick-generate"; }
  Answer generate(const std::string& body) { return post(path(), body); }

  // "local>peer direction allowed_ips keepalive" of every stored direction, nodes by name.
  std::vector<std::string> stored() {
    std::map<std::string, std::string> names;
    const auto all = get("/configs/" + config + "/nodes");
    for (const auto& node : all.list()) {
      names.emplace(node.find("id")->string(), node.find("name")->string());
    }
    std::vector<std::string> rows;
    const auto answer = get("/configs/" + config + "/peer-links");
    for (const auto& link : answer.list()) {
      rows.push_back(names[std::string(link.find("local_node_id")->string())] + ">" +
                     names[std::string(link.find("peer_node_id")->string())] + " " +
                     std::string(link.find("direction")->string()) + " " +
                     std::string(link.find("allowed_ips")->string()) + " " + link.find("persistent_keepalive")->dump());
    }
    return rows;
  }
  std::string link_body(const std::string& local, const std::string& peer) {
    return R"({"forward":{"local_node_id":")" + local + R"(","peer_node_id":")" + peer +
           R"(","allowed_ips":"10.92.0.9/32"},"reverse":{"local_node_id":")" + peer + R"(","peer_node_id":")" + local +
           R"(","allowed_ips":"10.92.0.8/32"}})";
  }

  std::string config, a, b, c;
};

TEST_F(QuickMeshApi, Vector2Check12HubSpokeOverOneOldGroup) {
  add_three();
  post("/configs/" + config + "/peer-links", link_body(b, c));
  const auto answer = generate(R"({"mode":"hub_spoke","hub_node_id":")" + a + R"(","use_preshared_key":true})");
  ASSERT_EQ(answer.status, 200) << answer.body.dump();
  EXPECT_EQ(answer.data("mode"), "hub_spoke");
  EXPECT_EQ(answer.data("endpoint_ref_family"), "ipv4");
  EXPECT_EQ(answer.data("use_preshared_key"), "true");
  EXPECT_EQ(answer.data("generated_groups"), "2");
  EXPECT_EQ(answer.data("deleted_links"), "2");
  EXPECT_EQ(answer.data("affected_node_ids"), "[\"" + a + "\",\"" + b + "\",\"" + c + "\"]");
  EXPECT_EQ(answer.data("message"), "Mesh links regenerated");
  EXPECT_THAT(stored(), ElementsAre("a>b forward 10.92.0.3/32 25", "b>a reverse 10.92.0.0/24 25",
                                    "a>c forward 10.92.0.4/32 25", "c>a reverse 10.92.0.0/24 25"));

  std::map<std::string, std::set<std::string>> keys;
  const auto answered = get("/configs/" + config + "/peer-links");
  for (const auto& link : answered.list()) {
    EXPECT_EQ(link.find("endpoint_mode")->string(), "auto");
    EXPECT_EQ(link.find("endpoint_ref_family")->string(), "ipv4");
    EXPECT_EQ(link.find("endpoint_port_mode")->string(), "ref_peer_listen_port");
    EXPECT_TRUE(link.find("endpoint_manual_host")->is(json::Type::kNull));
    EXPECT_EQ(link.find("notes")->string(), "");
    EXPECT_TRUE(link.find("enabled")->boolean());
    keys[std::string(link.find("link_group_id")->string())].insert(std::string(link.find("preshared_key")->string()));
  }
  std::set<std::string> all;
  for (const auto& [group, of_group] : keys) {
    EXPECT_THAT(of_group, SizeIs(1));
    all.insert(*of_group.begin());
  }
  EXPECT_THAT(all, SizeIs(2));
  EXPECT_THAT(all, Not(testing::Contains("")));
}

TEST_F(QuickMeshApi, TheTextsFollowAtOnce) {
  add_three();
  generate(R"({"mode":"hub_spoke","hub_node_id":")" + a + R"("})");
  const auto preview = get("/configs/" + config + "/nodes/" + a + "/wg-preview").data("content");
  EXPECT_THAT(preview, HasSubstr("# Peer: b\n[Peer]\n"));
  EXPECT_LT(preview.find("# Peer: b"), preview.find("# Peer: c"));
  EXPECT_EQ(scalar("SELECT count(*) FROM node_config_state WHERE desired_sha256 = staged_sha256 AND desired_version = 2"),
            "3");
  EXPECT_EQ(scalar("SELECT string_agg(peers_total::text, ' ' ORDER BY r.node_id = '" + a + "' DESC) FROM node_runtime r"),
            "2 1 1");
  // The same mesh again makes new links, but the texts are what they were.
  EXPECT_EQ(generate(R"({"mode":"hub_spoke","hub_node_id":")" + a + R"("})").data("deleted_links"), "4");
  EXPECT_EQ(scalar("SELECT count(*) FROM node_config_state WHERE desired_version = 2 AND staged_version = 2"), "3");
}

TEST_F(QuickMeshApi, Vector3Check13FullMesh) {
  add_three();
  const auto refused = generate(R"({"mode":"full_mesh","endpoint_ref_family":"ipv6"})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code(), "QUICK_MESH_ENDPOINT_REQUIRED");
  EXPECT_EQ(refused.at({"error", "detail", "endpoint_ref_family"}), "ipv6");
  const auto named = refused.body.view().find("error")->find("detail")->find("nodes")->items();
  ASSERT_THAT(named, SizeIs(3));
  for (const auto& node : named) {
    EXPECT_TRUE(node.find("name") && node.find("public_key") && node.find("managed_hooks"));
    EXPECT_FALSE(node.find("private_key"));
  }
  EXPECT_THAT(stored(), SizeIs(0));

  EXPECT_EQ(generate(R"({"mode":"full_mesh"})").data("generated_groups"), "3");
  EXPECT_THAT(stored(), ElementsAre("a>b forward 10.92.0.3/32 25", "b>a reverse 10.92.0.2/32 25",
                                    "a>c forward 10.92.0.4/32 25", "c>a reverse 10.92.0.2/32 25",
                                    "b>c forward 10.92.0.4/32 25", "c>b reverse 10.92.0.3/32 25"));
}

TEST_F(QuickMeshApi, Vector4Check14FreeMesh) {
  add_three();
  const auto gateways = R"({"mode":"free_mesh","gateway_node_ids":[")" + a + R"(",")" + b + R"(",""])";
  const auto answer = generate(gateways + R"(,"leaf_assignments":{")" + c + R"(":")" + b + R"("}})");
  ASSERT_EQ(answer.status, 200) << answer.body.dump();
  EXPECT_EQ(answer.data("generated_groups"), "2");
  EXPECT_THAT(stored(), ElementsAre("a>b forward 10.92.0.3/32,10.92.0.4/32 25", "b>a reverse 10.92.0.2/32 25",
                                    "b>c forward 10.92.0.4/32 25", "c>b reverse 10.92.0.0/24 25"));
  const auto refused = generate(gateways + "}");
  EXPECT_EQ(refused.code(), "QUICK_MESH_NODE_UNASSIGNED");
  EXPECT_EQ(refused.at({"error", "detail", "node_ids"}), "[\"" + c + "\"]");
  EXPECT_THAT(stored(), SizeIs(4));
}

TEST_F(QuickMeshApi, Vector5EitherEndEditsAGeneratedPair) {
  add_three();
  generate(R"({"mode":"hub_spoke","hub_node_id":")" + a + R"("})");
  const auto workspace = [&](const std::string& node) {
    return get("/configs/" + config + "/nodes/" + node + "/mesh-workspace");
  };
  const auto identity = [&] {
    return scalar("SELECT string_agg(concat_ws(' ', id, link_group_id, direction, local_node_id, peer_node_id, "
                  "endpoint_mode, endpoint_ref_family), ';' ORDER BY seq) FROM peer_links");
  };
  const auto before = identity();
  const auto shown = workspace(a);
  const auto connection = shown.body.view().find("data")->find("connections")->items().at(0);
  const std::string group(connection.find("link_group_id")->string());
  int round = 0;
  for (const bool enabled : {true, false, true}) {
    for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, a}}) {
      const auto number = std::to_string(++round);
      const auto direction = [&](const std::string& local, const std::string& peer, const std::string& net) {
        return R"({"local_node_id":")" + local + R"(","peer_node_id":")" + peer + R"(","allowed_ips":")" + net +
               R"(","persistent_keepalive":)" + number + R"(,"endpoint_mode":"auto","endpoint_ref_family":"ipv4"})";
      };
      const auto body = R"({"forward":)" + direction(from, to, "10." + number + ".0.0/16") + R"(,"reverse":)" +
                        direction(to, from, "10." + number + ".1.0/24") + R"(,"enabled":)" + (enabled ? "true" : "false") + "}";
      ASSERT_EQ(put("/peer-links/" + group, body).status, 200);
      EXPECT_EQ(identity(), before);
      const auto after = workspace(from);
      const auto card = after.body.view().find("data")->find("connections")->items().at(0);
      EXPECT_EQ(card.find("forward")->find("allowed_ips")->string(), "10." + number + ".0.0/16");
      EXPECT_EQ(card.find("reverse")->find("allowed_ips")->string(), "10." + number + ".1.0/24");
      EXPECT_EQ(card.find("forward")->find("persistent_keepalive")->dump(), number);
      EXPECT_EQ(card.find("forward")->find("local_node_id")->string(), from);
      EXPECT_EQ(card.find("enabled")->boolean(), enabled);
    }
  }
  const auto one_way = R"({"local_node_id":")" + a + R"(","peer_node_id":")" + b + R"(","allowed_ips":"10.0.0.0/8"})";
  const auto foreign = R"({"local_node_id":")" + c + R"(","peer_node_id":")" + a + R"(","allowed_ips":"10.0.0.0/8"})";
  EXPECT_EQ(refusal("PUT", "/peer-links/" + group, R"({"forward":)" + one_way + R"(,"reverse":)" + one_way + "}"),
            "INVALID_PEER_LINK 400");
  EXPECT_EQ(refusal("PUT", "/peer-links/" + group, R"({"forward":)" + foreign + R"(,"reverse":)" + one_way + "}"),
            "INVALID_PEER_LINK 400");
}

TEST_F(QuickMeshApi, RefusalsLeaveTheMeshAlone) {
  EXPECT_EQ(refusal("POST", path(), R"({"mode":"full_mesh"})"), "QUICK_MESH_NOT_ENOUGH_NODES 400");
  add_three();
  generate(R"({"mode":"full_mesh"})");
  EXPECT_EQ(refusal("POST", path(), R"({"mode":"ring"})"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refusal("POST", path(), "{}"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refusal("POST", path(), R"({"mode":"full_mesh","endpoint_ref_family":"ipx"})"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refusal("POST", path(), R"({"mode":"free_mesh","leaf_assignments":{"x":7}})"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refusal("POST", path(), R"({"mode":"hub_spoke"})"), "QUICK_MESH_HUB_REQUIRED 400");
  EXPECT_EQ(refusal("POST", path(), R"({"mode":"free_mesh","gateway_node_ids":"x","leaf_assignments":[1]})"),
            "QUICK_MESH_GATEWAY_REQUIRED 400");
  EXPECT_EQ(refusal("POST", "/configs/cfg_000000000000/mesh/quick-generate", R"({"mode":"full_mesh"})"),
            "CONFIG_NOT_FOUND 404");
  scalar("UPDATE nodes SET virtual_ip = NULL WHERE id = '" + b + "'");
  EXPECT_EQ(refusal("POST", path(), R"({"mode":"full_mesh"})"), "QUICK_MESH_VIRTUAL_IP_REQUIRED 400");
}

TEST_F(QuickMeshApi, DisabledNodesTakeNoPartAndLoseTheirLinks) {
  add_three();
  generate(R"({"mode":"full_mesh"})");
  put("/nodes/" + b, R"({"name":"b","enabled":false})");
  const auto answer = generate(R"({"mode":"full_mesh"})");
  EXPECT_EQ(answer.data("generated_groups"), "1");
  EXPECT_EQ(answer.data("deleted_links"), "6");
  EXPECT_THAT(stored(), ElementsAre("a>c forward 10.92.0.4/32 25", "c>a reverse 10.92.0.2/32 25"));
  EXPECT_EQ(refusal("POST", path(), R"({"mode":"hub_spoke","hub_node_id":")" + b + R"("})"),
            "QUICK_MESH_HUB_REQUIRED 400");
}

TEST_F(QuickMeshApi, KeepaliveOnlyTowardWhoCanBeReached) {
  add_three();
  put("/nodes/" + c, R"({"name":"c","ipv4_address":null})");
  generate(R"({"mode":"hub_spoke","hub_node_id":")" + a + R"("})");
  EXPECT_THAT(stored(), ElementsAre("a>b forward 10.92.0.3/32 25", "b>a reverse 10.92.0.0/24 25",
                                    "a>c forward 10.92.0.4/32 null", "c>a reverse 10.92.0.0/24 25"));
  EXPECT_EQ(post("/configs/" + config + "/mesh/validate").data("valid"), "true");
}

// Two at once: the second one waits and then replaces what the first one made. A node that vanishes takes its links along
// or is refused, but nothing is a fault of the server.
TEST_F(QuickMeshApi, RacingRequestsGetDocumentedCodes) {
  add_three();
  std::vector<std::string> more;
  for (int host = 10; host < 18; ++host) more.push_back(add_node("n" + std::to_string(host), host));
  services::QuickMeshWrite wanted;
  wanted.mode = "full_mesh";
  const auto attempt = [&](auto act) {
    return std::async(std::launch::async, [act] {
      try {
        act();
        return std::string("ok");
      } catch (...) {
        return code_of(std::current_exception());
      }
    });
  };
  const auto mesh = [&] { links.quick_generate(admin, config, wanted); };
  std::vector<std::future<std::string>> results;
  for (const auto& node : more) {
    results.push_back(attempt(mesh));
    results.push_back(attempt([this, &node] { nodes.remove(admin, node); }));
    results.push_back(attempt([this] { links.create(admin, config, link_between(nodes.get(a).node, nodes.get(b).node)); }));
  }
  for (auto& result : results) EXPECT_EQ(result.get(), "ok");
  links.quick_generate(admin, config, wanted);
  EXPECT_EQ(scalar("SELECT count(*) FROM link_groups"), "3");
  EXPECT_EQ(scalar("SELECT count(*) FROM peer_links l JOIN link_groups g ON g.id = l.link_group_id"), "6");
  EXPECT_EQ(scalar("SELECT count(*) FROM peer_links"), "6");
}

}  // namespace
}  // namespace loomgate::test
