// SPDX-License-Identifier: Apache-2.0
// Spec http-api 6.4, domain 2.9.
#include "tests/integration/api_mesh/api_test.h"

namespace loomgate::test {
namespace {

class TagsApi : public ApiTest {
 protected:
  void SetUp() override {
    config = make_config("home").config.id;
    first = make_node(config, "first").node.id;
    second = make_node(config, "second").node.id;
  }
  std::string tags_of(const std::string& node) { return get("/nodes/" + node).data("tags"); }
  std::string registry() { return get("/configs/" + config + "/tags").at({"data"}); }
  std::string changes_after(const std::function<void()>& act) {
    scalar("DELETE FROM changes");
    act();
    return scalar("SELECT string_agg(concat_ws(' ', type, node_id), ',' ORDER BY id) FROM changes");
  }

  std::string config, first, second;
};

TEST_F(TagsApi, ATagIsRegisteredOnceAndListedByName) {
  EXPECT_EQ(post("/configs/" + config + "/tags", R"({"name":" web "})").at({"data"}), R"({"name":"web","count":0})");
  EXPECT_EQ(post("/configs/" + config + "/tags", R"({"name":"web"})").status, 200);
  put("/nodes/" + first, R"({"name":"first","tags":["db","Ärger","web"]})");
  EXPECT_EQ(registry(), R"([{"name":"db","count":1},{"name":"web","count":1},{"name":"Ärger","count":1}])");
  put("/nodes/" + first, R"({"name":"first","enabled":false,"tags":["web"]})");
  EXPECT_EQ(registry(), R"([{"name":"db","count":0},{"name":"web","count":1},{"name":"Ärger","count":0}])");
  scalar("UPDATE nodes SET tags = '{unregistered}' WHERE id = '" + second + "'");
  EXPECT_EQ(post("/configs/" + config + "/tags", R"({"name":"unregistered"})").data("count"), "1");
}

TEST_F(TagsApi, NamesAreChecked) {
  const auto path = "/configs/" + config + "/tags";
  EXPECT_EQ(refusal("POST", path, R"({"name":"  "})"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refusal("POST", path, R"({"name":")" + std::string(65, 'x') + R"("})"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refusal("POST", path, R"({"name":"a\nb"})"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refusal("POST", "/configs/cfg_000000000000/tags", R"({"name":"a"})"), "CONFIG_NOT_FOUND 404");
  EXPECT_EQ(refusal("DELETE", path + "/%20"), "INVALID_TAG 400");
  EXPECT_EQ(refusal("DELETE", path + "/" + std::string(65, 'x')), "VALIDATION_ERROR 422");
  EXPECT_EQ(refusal("PUT", "/nodes/" + first + "/tags", R"({"tags":[7]})"), "VALIDATION_ERROR 422");
}

TEST_F(TagsApi, ApplyingWritesAllNodesOrNone) {
  const auto path = "/configs/" + config + "/tags/apply";
  put("/nodes/" + second, R"({"name":"second","tags":["zebra","apple"]})");
  const auto body = R"({"tag":"middle","node_ids":[")" + second + "\",\"" + first + "\",\"" + second + R"("]})";
  const auto answer = post(path, body);
  ASSERT_EQ(answer.list().size(), 2u);
  EXPECT_EQ(answer.list()[0].find("id")->string(), second);
  EXPECT_EQ(answer.list()[0].find("tags")->dump(), R"(["apple","middle","zebra"])");
  EXPECT_EQ(answer.list()[1].find("tags")->dump(), R"(["middle"])");
  const auto updated = scalar("SELECT updated_at FROM nodes WHERE id = '" + first + "'");
  post(path, body);
  EXPECT_EQ(scalar("SELECT updated_at FROM nodes WHERE id = '" + first + "'"), updated);

  EXPECT_EQ(post(path, R"({"tag":"unused"})").at({"data"}), "[]");
  EXPECT_EQ(registry().find("unused"), std::string::npos);
  const auto stranger = make_node(make_config("other").config.id, "stranger").node.id;
  const auto mixed = R"({"tag":"t","node_ids":[")" + first + "\",\"" + stranger + R"(","node_000000000000"]})";
  EXPECT_EQ(refusal("POST", path, mixed), "NODE_CONFIG_MISMATCH 400");
  EXPECT_EQ(post(path, mixed).at({"error", "detail", "node_ids"}), "[\"" + stranger + R"(","node_000000000000"])");
}

TEST_F(TagsApi, ANodesOwnListIsReplacedAndTrimmed) {
  EXPECT_EQ(put("/nodes/" + first + "/tags", R"({"tags":[" b ","a","","b"]})").data("tags"), R"(["a","b"])");
  EXPECT_EQ(registry(), R"([{"name":"a","count":1},{"name":"b","count":1}])");
  EXPECT_EQ(call("DELETE", "/nodes/" + first + "/tags/a").data("tags"), R"(["b"])");
  EXPECT_EQ(call("DELETE", "/nodes/" + first + "/tags/never").data("tags"), R"(["b"])");
  EXPECT_EQ(put("/nodes/" + first + "/tags", "{}").data("tags"), "[]");
  EXPECT_EQ(registry(), R"([{"name":"a","count":0},{"name":"b","count":0}])");
  EXPECT_EQ(refusal("PUT", "/nodes/node_000000000000/tags", "{}"), "NODE_NOT_FOUND 404");
  EXPECT_EQ(refusal("DELETE", "/nodes/node_000000000000/tags/a"), "NODE_NOT_FOUND 404");
}

TEST_F(TagsApi, DeletingTakesATagFromEveryNode) {
  put("/nodes/" + first + "/tags", R"({"tags":["a/b c%","keep"]})");
  put("/nodes/" + second + "/tags", R"({"tags":["a/b c%"]})");
  const auto answer = call("DELETE", "/configs/" + config + "/tags/a%2Fb%20c%25");
  EXPECT_EQ(answer.at({"data"}), R"({"message":"Tag deleted","removed_count":2})");
  EXPECT_EQ(tags_of(first), R"(["keep"])");
  EXPECT_EQ(registry(), R"([{"name":"keep","count":1}])");
  EXPECT_EQ(call("DELETE", "/configs/" + config + "/tags/gone").data("removed_count"), "0");
}

TEST_F(TagsApi, BrowsersAreToldAndNothingIsRendered) {
  const auto texts = rows_of("node_config_state");
  EXPECT_EQ(changes_after([&] { post("/configs/" + config + "/tags", R"({"name":"t"})"); }), "config.overview");
  EXPECT_EQ(changes_after([&] { put("/nodes/" + first + "/tags", R"({"tags":["t"]})"); }),
            "config.overview,node.workspace " + first);
  EXPECT_EQ(changes_after([&] { call("DELETE", "/configs/" + config + "/tags/t"); }),
            "config.overview,node.workspace " + first);
  EXPECT_EQ(rows_of("node_config_state"), texts);
}

}  // namespace
}  // namespace loomgate::test
