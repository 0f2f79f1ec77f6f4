// SPDX-License-Identifier: Apache-2.0
// The pages about many things at once (spec domain 10): what they count, what they hide, and that their cost in statements
// does not depend on how much there is.
#include "tests/integration/api_mesh/api_test.h"

#include "daemon/store/configs.h"

namespace loomgate::test {
namespace {

using testing::ElementsAre;

class Views : public ApiTest {
 protected:
  explicit Views(bool mqtt_enabled = true) : ApiTest(mqtt_enabled) {}

  std::string new_config(const std::string& name) {
    return post("/configs", R"({"name":")" + name + R"("})").data("id");
  }
  std::string new_node(const std::string& config, const std::string& body) {
    const auto made = post("/configs/" + config + "/nodes", body);
    EXPECT_EQ(made.status, 200) << made.body.dump();
    return made.data("id");
  }
  void set(const char* table, const std::string& columns, const std::string& node_id) {
    scalar(std::string("UPDATE ") + table + " SET " + columns + " WHERE node_id = '" + node_id + "'");
  }
  // As if nothing had ever been staged.
  void make_all_pending() { scalar("UPDATE node_config_state SET staged_sha256 = '', staged_version = 0"); }
  // A group of two nodes without any public address.
  void link_unreachable(const std::string& local, const std::string& peer) {
    const auto made = post("/configs/" + config_of(local) + "/peer-links",
                           R"({"forward":{"local_node_id":")" + local + R"(","peer_node_id":")" + peer +
                               R"(","allowed_ips":"10.66.0.2/32"},"reverse":{"local_node_id":")" + peer +
                               R"(","peer_node_id":")" + local + R"(","allowed_ips":"10.66.0.1/32"}})");
    EXPECT_EQ(made.status, 200) << made.body.dump();
  }
  std::string config_of(const std::string& node_id) { return get("/nodes/" + node_id).data("config_id"); }
  static std::vector<std::string> column(const Answer& answer, std::initializer_list<const char*> path, const char* key) {
    std::optional<json::View> list = answer.body.view().find("data");
    for (const char* step : path) list = list->find(step);
    std::vector<std::string> values;
    for (const auto& item : list->items()) values.emplace_back(item.find(key)->string());
    return values;
  }
};

class ViewsWithoutMqtt : public Views {
 protected:
  ViewsWithoutMqtt() : Views(false) {}
};

TEST_F(Views, Vector14TheSystemStatusListsEnabledAutoSyncNodesOnly) {
  const auto config = new_config("lab");
  const auto dynamic = new_node(config, R"({"name":"dynamic"})");
  const auto fixed = new_node(config, R"({"name":"static","node_type":"static"})");
  new_node(config, R"({"name":"by hand","auto_sync":false})");
  new_node(config, R"({"name":"off","enabled":false})");
  make_all_pending();

  const auto status = get("/system/status");
  EXPECT_EQ(status.at({"data", "sync", "issue_count"}), "2");
  EXPECT_THAT(column(status, {"sync", "issues"}, "node_id"), ElementsAre(dynamic, fixed));
  EXPECT_THAT(column(status, {"sync", "issues"}, "status"), ElementsAre("pending", "pending"));
  EXPECT_THAT(column(status, {"sync", "issues"}, "node_type"), ElementsAre("dynamic", "static"));
  EXPECT_THAT(column(status, {"sync", "issues"}, "config_name"), ElementsAre("lab", "lab"));
  EXPECT_EQ(status.at({"data", "summary", "pending_sync_nodes"}), "-");
  EXPECT_EQ(status.at({"data", "summary"}), R"({"configs":1,"nodes":4,"dynamic_nodes":2,"online_nodes":0})");
}

TEST_F(Views, Vector15AnUnknownConfigIsNotFound) {
  for (const char* path : {"", "/overview", "/nodes", "/sync-status"}) {
    EXPECT_EQ(refusal("GET", std::string("/configs/cfg_000000000000") + path), "CONFIG_NOT_FOUND 404") << path;
  }
}

TEST_F(Views, Check20TheSystemStatusNamesIssuesAndUpdates) {
  const auto config = new_config("lab");
  new_node(config, R"({"name":"a"})");
  new_node(config, R"({"name":"b","auto_sync":false})");
  auto status = get("/system/status");
  EXPECT_EQ(status.at({"data", "sync"}), R"({"issue_count":0,"issues":[]})");
  EXPECT_EQ(status.at({"data", "summary", "pending_sync_nodes"}), "-");
  EXPECT_EQ(status.at({"data", "update", "has_update"}), "false");
  EXPECT_EQ(status.at({"data", "update", "current_version"}), "0.1.0");
  EXPECT_EQ(status.at({"data", "update", "latest_version"}), "");
  EXPECT_EQ(status.at({"data", "services"}), R"({"database":"ok","mqtt":"connected","wireguard":"deferred"})");
  EXPECT_EQ(status.at({"data", "timestamp"}).size(), std::string("2026-04-23T12:00:00.123456Z").size());

  make_all_pending();
  status = get("/system/status");
  EXPECT_THAT(column(status, {"sync", "issues"}, "node_name"), ElementsAre("a"));
  EXPECT_EQ(status.at({"data", "sync", "issue_count"}), "1");
}

TEST_F(Views, AnIssueSaysWhatIsWrongWithItsMesh) {
  const auto broken = new_config("broken");
  link_unreachable(new_node(broken, R"({"name":"a"})"), new_node(broken, R"({"name":"b"})"));
  const auto unlinked = new_config("unlinked");
  new_node(unlinked, R"({"name":"c"})");
  new_node(unlinked, R"({"name":"d"})");
  make_all_pending();

  const auto status = get("/system/status");
  const auto issues = status.body.view().find("data")->find("sync")->find("issues")->items();
  ASSERT_EQ(issues.size(), 4u);  // newest config first
  EXPECT_EQ(issues[0].find("config_name")->string(), "unlinked");
  EXPECT_EQ(issues[0].find("messages")->dump(), R"(["Current config has no peer links."])");
  EXPECT_TRUE(issues[0].find("topology_valid")->boolean());
  const std::string sentence = R"(["Mesh link between a and b is broken because both sides have no public endpoint."])";
  EXPECT_EQ(issues[2].find("messages")->dump(), sentence);
  EXPECT_FALSE(issues[2].find("topology_valid")->boolean());
  EXPECT_EQ(status.at({"data", "topology"}),
            R"({"valid":false,"invalid_config_count":1,"invalid_node_count":2,"invalid_configs":[{"config_id":")" +
                broken + R"(","config_name":"broken","error_count":1,"invalid_node_count":2,"errors":)" + sentence + "}]}");
}

TEST_F(Views, ADisabledConfigIsCountedButHidesWhatIsWrong) {
  const auto config = new_config("lab");
  const auto a = new_node(config, R"({"name":"a"})");
  link_unreachable(a, new_node(config, R"({"name":"b"})"));
  bind(a);
  make_all_pending();
  ASSERT_EQ(put("/configs/" + config, R"({"name":"lab","enabled":false})").status, 200);
  make_all_pending();

  const auto status = get("/system/status");
  EXPECT_EQ(status.at({"data", "summary"}), R"({"configs":1,"nodes":2,"dynamic_nodes":2,"online_nodes":0})");
  EXPECT_EQ(status.at({"data", "sync", "issue_count"}), "0");
  EXPECT_EQ(status.at({"data", "topology", "valid"}), "true");
  const auto list = get("/configs");
  EXPECT_FALSE(list.list()[0].find("topology_invalid")->boolean());
  EXPECT_EQ(list.list()[0].find("offline_node_count")->integer(), 2);
  // Its own page shows it all the same.
  const auto overview = get("/configs/" + config + "/overview");
  EXPECT_EQ(overview.at({"data", "topology", "error_count"}), "1");
  EXPECT_EQ(overview.at({"data", "stats", "online_nodes"}), "1");
}

TEST_F(Views, TheOverviewShowsEveryNodeOnce) {
  const auto config = new_config("lab");
  const auto a = new_node(config, R"({"name":"a","tags":["core"],"ipv4_address":"192.0.2.1"})");
  const auto b = new_node(config, R"({"name":"b","node_type":"static"})");
  const auto off = new_node(config, R"({"name":"off","enabled":false})");
  link_unreachable(a, b);
  bind(a);
  const auto overview = get("/configs/" + config + "/overview");
  ASSERT_EQ(overview.status, 200) << overview.body.dump();
  EXPECT_EQ(overview.at({"data", "stats"}), R"({"total_nodes":3,"dynamic_nodes":1,"static_nodes":1,"disabled_nodes":1,)"
                                            R"("online_nodes":1,"peer_links":1})");
  EXPECT_EQ(overview.at({"data", "config", "online_node_count"}), "1");
  EXPECT_THAT(column(overview, {"nodes"}, "id"), ElementsAre(a, b, off));
  EXPECT_EQ(overview.body.view().find("data")->find("nodes")->items()[0].find("private_key")->string().size(), 44u);
  EXPECT_THAT(column(overview, {"node_cards"}, "id"), ElementsAre(a, b));
  EXPECT_THAT(column(overview, {"disabled_node_cards"}, "id"), ElementsAre(off));
  EXPECT_THAT(column(overview, {"runtime_snapshot"}, "node_id"), ElementsAre(a, b, off));
  EXPECT_THAT(column(overview, {"sync_status"}, "node_id"), ElementsAre(a, b));
  EXPECT_EQ(overview.at({"data", "topology"}),
            R"({"valid":true,"error_count":0,"invalid_node_count":0,"invalid_node_ids":[],"errors":[]})");
  const auto card = overview.body.view().find("data")->find("node_cards")->items()[0];
  EXPECT_TRUE(card.find("online")->boolean());
  EXPECT_EQ(card.find("tags")->dump(), R"(["core"])");
  EXPECT_EQ(card.find("peers_total")->integer(), 1);
  EXPECT_FALSE(card.find("mesh_error")->boolean());
}

TEST_F(Views, TheCardsOfABrokenLinkAreMarked) {
  const auto config = new_config("lab");
  const auto a = new_node(config, R"({"name":"a"})");
  link_unreachable(a, new_node(config, R"({"name":"b"})"));
  new_node(config, R"({"name":"c"})");
  const auto overview = get("/configs/" + config + "/overview");
  std::vector<bool> marks;
  for (const auto& card : overview.body.view().find("data")->find("node_cards")->items())
    marks.push_back(card.find("mesh_error")->boolean());
  EXPECT_THAT(marks, ElementsAre(true, true, false));
}

TEST_F(ViewsWithoutMqtt, EveryNodeIsStaticAndNobodyIsOnline) {
  const auto config = new_config("lab");
  const auto a = new_node(config, R"({"name":"a","node_type":"static"})");
  scalar("UPDATE nodes SET node_type = 'dynamic'");
  bind(a);
  make_all_pending();
  const auto status = get("/system/status");
  EXPECT_EQ(status.at({"data", "summary"}), R"({"configs":1,"nodes":1,"dynamic_nodes":0,"online_nodes":0})");
  EXPECT_THAT(column(status, {"sync", "issues"}, "node_type"), ElementsAre("static"));
  const auto overview = get("/configs/" + config + "/overview");
  EXPECT_EQ(overview.at({"data", "stats", "static_nodes"}), "1");
  EXPECT_EQ(overview.at({"data", "stats", "online_nodes"}), "0");
  EXPECT_THAT(column(overview, {"node_cards"}, "node_type"), ElementsAre("static"));
  EXPECT_THAT(column(overview, {"runtime_snapshot"}, "connectivity_state"), ElementsAre("offline"));
}

// How many statements one reading takes on this connection.
class Statements : public Views {
 protected:
  template <typename Read>
  std::int64_t taken_by(const Read& read) {
    auto connection = harness::connect(database.dsn());
    read(connection);
    return connection.exec_script("SELECT coalesce(sum(generic_plans + custom_plans), 0)::bigint FROM pg_prepared_statements")[0]
        .get<std::int64_t>(0);
  }
  std::vector<std::int64_t> of_every_page(const std::string& config_id) {
    const auto config = [&](pg::Connection& connection) { return *store::find_config(connection, config_id); };
    return {taken_by([&](pg::Connection& c) { projections::view_configs(c, sealer, store::all_configs(c), true); }),
            taken_by([&](pg::Connection& c) { projections::view_overview(c, sealer, config(c), true); }),
            taken_by([&](pg::Connection& c) { projections::runtime_snapshot(c, config(c), true); }),
            taken_by([&](pg::Connection& c) { projections::view_system(c, true); })};
  }
};

TEST_F(Statements, OfAPageDoNotGrowWithNodesAndConfigs) {
  const auto config = new_config("lab");
  link_unreachable(new_node(config, R"({"name":"a"})"), new_node(config, R"({"name":"b"})"));
  make_all_pending();
  const auto small = of_every_page(config);
  for (int i = 0; i < 5; ++i) {
    const auto other = new_config("other" + std::to_string(i));
    link_unreachable(new_node(other, R"({"name":"a"})"), new_node(other, R"({"name":"b"})"));
  }
  for (int i = 0; i < 20; ++i) new_node(config, R"({"name":"more"})");
  make_all_pending();
  EXPECT_EQ(of_every_page(config), small);
  EXPECT_THAT(small, testing::Each(testing::AllOf(testing::Gt(1), testing::Lt(16))));
}

}  // namespace
}  // namespace loomgate::test
