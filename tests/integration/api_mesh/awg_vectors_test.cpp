// SPDX-License-Identifier: Apache-2.0
// Acceptance vectors 7 to 10 of domain 12 and checks 5 to 10 of http-api 11.
#include "tests/integration/api_mesh/awg_test.h"

namespace loomgate::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class AwgVectors : public AwgTest {
 protected:
  // What the console does: a draft for the config and these nodes. Returns the `data` of the answer.
  json::Json draft(const std::string& version, const std::string& config_id, const std::vector<std::string>& node_ids,
                   const std::string& strategy = "") {
    auto values = json::Json::object();
    for (const auto& id : node_ids) values.set(id, json::Json::copy_of(*node(id).body.view().find("data")));
    const auto shared = json::Json::copy_of(*config(config_id).body.view().find("data"));
    const auto answer = post("/configs/awg/generate", R"({"awg_version":")" + version + "\"" + strategy + R"(,"config":)" +
                                                          shared.dump() + R"(,"nodes":)" + values.dump() + "}");
    EXPECT_EQ(answer.status, 200) << answer.body.dump();
    return json::Json::copy_of(*answer.body.view().find("data"));
  }
  // The body of a PUT that saves a draft.
  static std::string saving(const json::Json& draft, const std::string& name, const std::string& version) {
    auto body = json::Json::copy_of(*draft.view().find("config"));
    body.set("name", name).set("tunnel_protocol", "amneziawg").set("awg_version", version);
    body.set("awg_node_updates", json::Json::copy_of(*draft.view().find("nodes")));
    return body.dump();
  }
  // Every value of the draft stands in what is stored.
  void expect_saved(const json::Json& draft, const std::string& config_id, const std::string& node_id) {
    expect_within(*draft.view().find("config"), *config(config_id).body.view().find("data"));
    expect_within(*draft.view().find("nodes")->find(node_id), *node(node_id).body.view().find("data"));
  }
  // Options of other versions may stand beside those of the draft.
  static void expect_within(json::View wanted, json::View stored) {
    for (const auto& [name, value] : wanted.members()) {
      const auto found = stored.find(name);
      ASSERT_TRUE(found) << name;
      if (value.is(json::Type::kObject)) {
        expect_within(value, *found);
      } else {
        EXPECT_EQ(found->dump(), value.dump()) << name;
      }
    }
  }
  // What the console shows before it draws: the config as it is, converted to the versions one after the other.
  void convert_through(const std::string& config_id, const std::vector<std::string>& versions) {
    auto body = json::Json::copy_of(*config(config_id).body.view().find("data"));
    for (const auto& version : versions) {
      body.set("source_version", json::Json::copy_of(*body.view().find("awg_version"))).set("awg_version", version);
      const auto converted = post("/configs/awg/convert", body.dump());
      ASSERT_EQ(converted.status, 200) << version << converted.body.dump();
      for (const auto& [key, value] : converted.body.view().find("data")->members()) {
        body.set(key, json::Json::copy_of(value));
      }
    }
  }
};

TEST_F(AwgVectors, Vector7AndCheck5SwitchOfTheWholeConfigToAmneziawg2) {
  const auto id = new_config("home");
  const auto node_id = new_node(id, "a", R"(,"post_up":["echo up"])");
  const auto answer = put_config(id, whole(config(id), {{"tunnel_protocol", "amneziawg_2"}}));
  EXPECT_EQ(answer.data("tunnel_protocol"), "amneziawg");
  EXPECT_EQ(answer.data("awg_version"), "2.0");
  EXPECT_EQ(answer.data("affected_node_ids"), R"([")" + node_id + R"("])");
  const auto filled = node(node_id);
  EXPECT_GE(number(filled, "awg_jc"), 4);
  EXPECT_GT(number(filled, "awg_jmax"), number(filled, "awg_jmin"));
  for (const char* set : {"awg_i1", "awg_i2", "awg_i3"}) EXPECT_THAT(filled.data(set), StartsWith("<r ")) << set;
  EXPECT_EQ(filled.data("awg_i4") + filled.data("awg_i5"), "nullnull");
  EXPECT_THAT(preview(id, node_id), AllOf(HasSubstr("\nJmin = "), HasSubstr("\nS4 = "), HasSubstr("\nPostUp = echo up\n")));
}

TEST_F(AwgVectors, Vector8NodeOnlyGenerationConcernsOneNode) {
  const auto id = awg_config("home", "3.1");
  const auto a = new_node(id, "a");
  const auto b = new_node(id, "b");
  const auto before = contents();
  const auto only = draft("3.1", id, {a}, R"(,"scope":"node","direction":"dns","intensity":"low")");
  EXPECT_EQ(contents(), before) << "a draft writes nothing";
  EXPECT_EQ(only.view().find("nodes")->size(), 1u);
  EXPECT_EQ(only.view().find("config")->find("awg_h1")->string(), config(id).data("awg_h1"));

  const auto shared = config(id).body.dump();
  const auto other = node(b).body.dump();
  auto body = json::Json::copy_of(*only.view().find("nodes")->find(a));
  body.set("name", "a").set("awg_i1", "<r 2><b 0x0100><t>");
  const auto saved = put("/nodes/" + a, body.dump());
  EXPECT_EQ(saved.status, 200) << saved.body.dump();
  EXPECT_EQ(saved.data("awg_i1"), "<r 2><b 0x0100><t>");
  EXPECT_EQ(saved.data("awg_i2"), "null");
  EXPECT_LE(number(saved, "awg_jc"), 3);
  EXPECT_EQ(config(id).body.dump(), shared);
  EXPECT_EQ(node(b).body.dump(), other);
}

TEST_F(AwgVectors, Vector9AndCheck7ABadDraftChangesNothing) {
  const auto id = awg_config("home", "2.0");
  const auto a = new_node(id, "a");
  const auto foreign = new_node(awg_config("other", "2.0"), "b");
  const auto with_updates = [](const std::string& updates) {
    return R"({"name":"home","description":"new","awg_s1":33,"awg_node_updates":)" + updates + "}";
  };
  const auto of = [](const std::string& node_id, const std::string& members) {
    return R"({")" + node_id + R"(":)" + members + "}";
  };
  const std::string good = R"({"awg_jc":5})";
  EXPECT_EQ(refused_config(id, with_updates(of(foreign, good))), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_config(id, with_updates(R"({")" + a + R"(":{"awg_jc":5},"node_000000000000":{}})")),
            "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_config(id, with_updates(of(a, R"({"awg_jmax":-1})"))), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_config(id, with_updates(of(a, R"({"awg_jmin":90,"awg_jmax":90})"))), "INVALID_AWG_J_RANGE 400");
  EXPECT_EQ(refused_config(id, with_updates(of(a, R"({"name":"x"})"))), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_config(id, with_updates(of(a, "7"))), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_config(id, with_updates(of(a, R"({"awg_jc":"many"})"))), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(put_config(id, with_updates(of(a, good))).data("awg_s1"), "33");
  EXPECT_EQ(node(a).data("awg_jc"), "5");
}

TEST_F(AwgVectors, Check8AClearedPacketStaysClearedThroughLaterSaves) {
  const auto id = awg_config("home", "2.0");
  const auto by_node = new_node(id, "a");
  const auto by_config = new_node(id, "b");
  EXPECT_EQ(put("/nodes/" + by_node, R"({"name":"a","awg_i2":null})").data("awg_i2"), "null");
  put_config(id, R"({"name":"home","awg_node_updates":{")" + by_config + R"(":{"awg_i2":null}}})");
  put_config(id, R"({"name":"home"})");
  put_config(id, R"({"name":"renamed"})");
  for (const auto& node_id : {by_node, by_config}) {
    EXPECT_EQ(node(node_id).data("awg_i2"), "null");
    EXPECT_THAT(node(node_id).data("awg_i1"), StartsWith("<r "));
  }
}

TEST_F(AwgVectors, Check9ANodeSavedWithNameAndValuesOnly) {
  const auto id = awg_config("home", "2.0");
  const auto a = new_node(id, "a", R"(,"tags":["x"],"mtu":1400)");
  const auto b = new_node(id, "b");
  const auto shared = config(id).body.dump();
  const auto other = node(b).body.dump();
  const auto answer = put("/nodes/" + a, R"({"name":"a","awg_jc":2,"awg_jmin":10,"awg_jmax":20,"awg_i1":"<t>"})");
  EXPECT_EQ(answer.status, 200) << answer.body.dump();
  EXPECT_EQ(answer.data("awg_jc") + answer.data("awg_jmin") + answer.data("awg_jmax") + answer.data("awg_i1"), "21020<t>");
  EXPECT_EQ(answer.data("tags") + answer.data("mtu"), R"(["x"]1400)");
  EXPECT_EQ(node(b).body.dump(), other);
  EXPECT_EQ(config(id).body.dump(), shared);
}

TEST_F(AwgVectors, Vector9AndCheck10ANewNodeFollowsTheStoredStrategy) {
  const auto id = awg_config("home", "2.0", R"(,"awg_options":{"_random_direction":"dns","_random_intensity":"low"})");
  const auto made = node(new_node(id, "a"));
  EXPECT_GE(number(made, "awg_jc"), 1);
  EXPECT_LE(number(made, "awg_jc"), 3);
  EXPECT_THAT(made.data("awg_i1"), StartsWith("<r 2><b 0x0100"));
  EXPECT_EQ(made.data("awg_i2"), "null");
}

TEST_F(AwgVectors, Vector10DefaultsOfEachVersionInTheText) {
  const auto newest = awg_config("newest", "3.1");
  const auto text = preview(newest, new_node(newest, "a"));
  EXPECT_THAT(text, AllOf(HasSubstr("\nHeaderProtectionKey = "), HasSubstr("\nRandomTrailers = on\n"),
                          HasSubstr("\nDisableCookies = off\n")));
  EXPECT_EQ(text.find("RandomTrailers"), text.rfind("RandomTrailers"));
  std::vector<long> headers;
  for (const char* name : {"awg_h1", "awg_h2", "awg_h3", "awg_h4"}) headers.push_back(std::stol(config(newest).data(name)));
  std::sort(headers.begin(), headers.end());
  EXPECT_GE(headers.front(), 1024);
  EXPECT_EQ(std::unique(headers.begin(), headers.end()), headers.end());

  const auto oldest = awg_config("oldest", "1.5");
  EXPECT_THAT(preview(oldest, new_node(oldest, "a")), AllOf(HasSubstr("\nS2 = "), Not(HasSubstr("S3"))));

  const auto a = new_node(newest, "b");
  put_config(newest, R"({"name":"newest","awg_version":"2.0"})");
  EXPECT_THAT(config(newest).at({"data", "awg_options"}), HasSubstr("header_protection_key"));
  EXPECT_THAT(node(a).at({"data", "awg_options"}), HasSubstr("rekey_after_time"));
  EXPECT_THAT(preview(newest, a), AllOf(HasSubstr("\nS4 = "), Not(HasSubstr("HeaderProtectionKey")),
                                        Not(HasSubstr("RandomTrailers")), Not(HasSubstr("RekeyAfterTime"))));
}

TEST_F(AwgVectors, Check6DraftsForEveryVersionAndStartAreSavedAtOnce) {
  int count = 0;
  for (const std::string target : {"1.5", "2.0", "3.1"}) {
    for (const std::string start : {"", "1.5", "2.0", "3.1"}) {
      const auto name = "mesh" + std::to_string(++count);
      const auto id = start.empty() ? new_config(name) : awg_config(name, start);
      const auto a = new_node(id, "a");
      const auto before = contents();
      convert_through(id, {"2.0", target});
      const auto made = draft(target, id, {a});
      EXPECT_EQ(contents(), before) << "nothing of this is saved";
      put_config(id, saving(made, name, target));
      EXPECT_EQ(config(id).data("awg_version"), target);
      expect_saved(made, id, a);
    }
  }
}

TEST_F(AwgVectors, Check6AHeaderKeySurvivesARoundThroughOtherVersions) {
  const auto id = awg_config("home", "3.1");
  const auto key = config(id).at({"data", "awg_options", "header_protection_key"});
  EXPECT_EQ(key.size(), 44u);
  for (const char* version : {"2.0", "1.5", "3.1"}) {
    put_config(id, whole(config(id), {{"awg_version", version}}));
    EXPECT_EQ(config(id).at({"data", "awg_options", "header_protection_key"}), key) << version;
  }
}

}  // namespace
}  // namespace loomgate::test
