// SPDX-License-Identifier: Apache-2.0
// AmneziaWG values of nodes: what a write of a node does (http-api 6.3), and what a write of their config does to them (6.2).
#include "tests/integration/api_mesh/awg_test.h"

namespace loomgate::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::StartsWith;

class AwgNodes : public AwgTest {
 protected:
  std::string refused_node(const std::string& id, const std::string& members) {
    return refusal("PUT", "/nodes/" + id, R"({"name":"n")" + members + "}");
  }
  static std::string updates_of(const std::string& id, const std::string& members) {
    return R"("awg_node_updates":{")" + id + R"(":)" + members + "}";
  }
};

TEST_F(AwgNodes, UnderWireGuardTheValuesAreIgnored) {
  const auto id = new_config("a");
  const auto made = post("/configs/" + id + "/nodes", R"({"name":"n","awg_jc":-1,"awg_i1":"junk","awg_options":{"x":1}})");
  EXPECT_EQ(made.status, 200) << made.body.dump();
  const auto saved = put("/nodes/" + made.data("id"), R"({"name":"n","awg_jc":4,"awg_options":{"j1":"<t>"}})");
  for (const char* field : node_fields()) EXPECT_EQ(saved.data(field), "null") << field;
  EXPECT_EQ(saved.data("awg_options"), "{}");
}

TEST_F(AwgNodes, CreateFillsWhatIsMissingAndKeepsWhatIsSent) {
  const auto id = awg_config("a", "3.1");
  const auto made = node(new_node(id, "n", R"(,"awg_jc":2,"awg_i1":"<t>","awg_options":{"disable_cookies":true})"));
  EXPECT_EQ(made.data("awg_jc") + made.data("awg_i1"), "2<t>");
  EXPECT_THAT(made.data("awg_i2"), StartsWith("<r "));
  EXPECT_EQ(made.at({"data", "awg_options", "disable_cookies"}), "true");
  EXPECT_EQ(made.at({"data", "awg_options", "random_trailers"}), "true");
  EXPECT_THAT(keys(made, {"data", "awg_options"}),
              IsSupersetOf({"content_padding_addition", "rekey_after_time", "rekey_timeout", "reject_after_time",
                            "keepalive_timeout", "max_handshake_attempts"}));
  const auto oldest = node(new_node(awg_config("b", "1.5"), "n"));
  EXPECT_THAT(keys(oldest, {"data", "awg_options"}), ElementsAre("itime", "j1", "j2", "j3"));
}

TEST_F(AwgNodes, CreateFindsAPartnerForALoneBound) {
  const auto id = awg_config("a", "2.0");
  const auto low = node(new_node(id, "low", R"(,"awg_jmin":1000)"));
  EXPECT_GT(number(low, "awg_jmax"), 1000);
  const auto high = node(new_node(id, "high", R"(,"awg_jmax":3)"));
  EXPECT_LT(number(high, "awg_jmin"), 3);
  const auto path = "/configs/" + id + "/nodes";
  EXPECT_EQ(refusal("POST", path, R"({"name":"n","awg_jmin":65535})"), "INVALID_AWG_J_RANGE 400");
  EXPECT_EQ(refusal("POST", path, R"({"name":"n","awg_jmax":0})"), "INVALID_AWG_J_RANGE 400");
}

TEST_F(AwgNodes, BadValuesAreRefusedWithTheCodeOfTheContract) {
  const auto id = awg_config("a", "3.1");
  const auto node_id = new_node(id, "n");
  EXPECT_EQ(refused_node(node_id, R"(,"awg_jc":65536)"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_node(node_id, R"(,"awg_jmin":50,"awg_jmax":50)"), "INVALID_AWG_J_RANGE 400");
  EXPECT_EQ(refused_node(node_id, R"(,"awg_i1":"<b 0x123>")"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_node(node_id, R"(,"awg_i1":"<t>\nPostUp = evil")"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_node(node_id, R"(,"awg_i1":7)"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refused_node(node_id, R"(,"awg_options":"x")"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refused_node(node_id, R"(,"awg_options":{"unknown":"1"})"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_node(node_id, R"(,"awg_options":{"j1":"<t>"})"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_node(node_id, R"(,"awg_options":{"disable_cookies":"yes"})"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_node(node_id, R"(,"awg_options":{"content_padding_addition":"65536"})"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_node(node_id, R"(,"awg_options":{"rekey_after_time":"120-130","reject_after_time":"125"})"),
            "INVALID_AWG_PARAMETER 400");
}

TEST_F(AwgNodes, UpdateMergesOptionsAndNullOptionsChangeNothing) {
  const auto node_id = new_node(awg_config("a", "3.1"), "n");
  const auto before = node(node_id).data("awg_options");
  EXPECT_EQ(put("/nodes/" + node_id, R"({"name":"n","awg_options":null})").data("awg_options"), before);
  const auto after = put("/nodes/" + node_id, R"({"name":"n","awg_options":{"rekey_timeout":"9","keepalive_timeout":""}})");
  EXPECT_EQ(after.at({"data", "awg_options", "rekey_timeout"}), "9");
  EXPECT_EQ(after.at({"data", "awg_options", "keepalive_timeout"}), "null");
  EXPECT_EQ(after.at({"data", "awg_options", "disable_cookies"}), "false");
}

TEST_F(AwgNodes, ANodeMustAgreeWithTheTrailersOfItsConfig) {
  const auto id = awg_config("a", "3.1", R"(,"awg_options":{"random_trailers":false})");
  const auto node_id = new_node(id, "n");
  EXPECT_EQ(node(node_id).at({"data", "awg_options", "random_trailers"}), "false");
  EXPECT_EQ(refused_node(node_id, R"(,"awg_options":{"random_trailers":true})"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(put("/nodes/" + node_id, R"({"name":"n","awg_options":{"random_trailers":null}})").status, 200);
}

TEST_F(AwgNodes, ASharedSwitchIsAlignedOnAllNodesDisabledOnesToo) {
  const auto id = awg_config("a", "3.1");
  const auto a = new_node(id, "a");
  const auto b = new_node(id, "b", R"(,"enabled":false)");
  const auto answer = put_config(id, R"({"name":"a","awg_options":{"random_trailers":false}})");
  for (const auto& node_id : {a, b}) EXPECT_EQ(node(node_id).at({"data", "awg_options", "random_trailers"}), "false");
  const auto text = preview(id, a);
  EXPECT_THAT(text, HasSubstr("\nRandomTrailers = off\n"));
  EXPECT_EQ(text.find("RandomTrailers"), text.rfind("RandomTrailers"));
}

TEST_F(AwgNodes, SharedValuesThatANodeCannotHaveAreRefused) {
  const auto id = awg_config("a", "3.1");
  new_node(id, "a", R"(,"enabled":false)");
  EXPECT_EQ(refused_config(id, R"({"name":"a","awg_s1":50})"), "INVALID_AWG_PARAMETER 400")
      << "random trailers of a disabled node need equal sizes too";
  put_config(id, R"({"name":"a","awg_s1":50,"awg_options":{"random_trailers":false}})");
}

TEST_F(AwgNodes, AVersionChangeFillsNodesWithoutADraftOnly) {
  const auto id = awg_config("a", "2.0");
  const auto drafted = new_node(id, "drafted");
  const auto other = new_node(id, "other");
  for (const auto& node_id : {drafted, other}) put("/nodes/" + node_id, R"({"name":"n","awg_i2":null,"awg_jc":null})");
  put_config(id, R"({"name":"a","awg_version":"1.5",)" + updates_of(drafted, R"({"awg_i1":"<t>"})") + "}");
  EXPECT_EQ(values(node(drafted), {"awg_i1", "awg_i2", "awg_jc", "awg_options"}),
            "awg_i1 <t>\nawg_i2 null\nawg_jc null\nawg_options {}\n");
  EXPECT_THAT(node(other).data("awg_i2"), StartsWith("<r "));
  EXPECT_NE(node(other).data("awg_jc"), "null");
  EXPECT_THAT(keys(node(other), {"data", "awg_options"}), ElementsAre("itime", "j1", "j2", "j3"));
}

TEST_F(AwgNodes, ASwitchToAmneziaWgFollowsTheStrategyThatComesWithIt) {
  const auto id = new_config("a");
  const auto node_id = new_node(id, "n");
  put_config(id, R"({"name":"a","tunnel_protocol":"amneziawg","awg_version":"2.0",)"
                 R"("awg_options":{"_random_direction":"stun","_random_intensity":"high"}})");
  const auto filled = node(node_id);
  EXPECT_GE(number(filled, "awg_jc"), 8);
  for (const char* packet : {"awg_i1", "awg_i5"}) EXPECT_THAT(filled.data(packet), StartsWith("<b 0x0001")) << packet;
}

TEST_F(AwgNodes, DormantOptionsStayWithANodeAndOutOfItsText) {
  const auto id = awg_config("a", "3.1");
  const auto node_id = new_node(id, "n");
  const auto timing = node(node_id).at({"data", "awg_options", "rekey_after_time"});
  put_config(id, R"({"name":"a","awg_version":"1.5"})");
  EXPECT_EQ(node(node_id).at({"data", "awg_options", "rekey_after_time"}), timing);
  EXPECT_EQ(put("/nodes/" + node_id, whole(node(node_id))).status, 200) << "what was shown may be sent back";
  EXPECT_EQ(refused_node(node_id, R"(,"awg_options":{"rekey_after_time":"1-2"})"), "INVALID_AWG_PARAMETER 400");
  EXPECT_THAT(preview(id, node_id), AllOf(HasSubstr("\nItime = "), testing::Not(HasSubstr("RekeyAfterTime"))));
  put_config(id, R"({"name":"a","awg_version":"3.1"})");
  EXPECT_EQ(node(node_id).at({"data", "awg_options", "rekey_after_time"}), timing);
}

TEST_F(AwgNodes, NodeUpdatesNeedAnAmneziaWgConfig) {
  const auto id = new_config("a");
  const auto node_id = new_node(id, "n");
  EXPECT_EQ(refused_config(id, R"({"name":"a",)" + updates_of(node_id, R"({"awg_jc":4})") + "}"),
            "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_config(id, R"({"name":"a","awg_node_updates":[]})"), "VALIDATION_ERROR 422");
  put_config(id, R"({"name":"a","awg_node_updates":{}})");
  put_config(id, R"({"name":"a","awg_node_updates":null})");
  put_config(id, R"({"name":"a","tunnel_protocol":"amneziawg","awg_version":"2.0",)" +
                     updates_of(node_id, R"({"awg_jc":4})") + "}");
  EXPECT_EQ(values(node(node_id), {"awg_jc", "awg_jmin", "awg_i1"}), "awg_jc 4\nawg_jmin null\nawg_i1 null\n");
}

TEST_F(AwgNodes, AConfigWriteWritesAllItsNodesWithOneStatement) {
  const auto id = awg_config("a", "2.0");
  for (int i = 0; i < 20; ++i) new_node(id, "n" + std::to_string(i));
  put_config(id, R"({"name":"a","awg_version":"3.1"})");
  EXPECT_EQ(scalar("SELECT count(*) FROM nodes WHERE awg_options ? 'rekey_after_time'"), "20");
  EXPECT_EQ(scalar("SELECT count(DISTINCT xmin::text || ' ' || cmin::text) FROM nodes"), "1");
}

}  // namespace
}  // namespace loomgate::test
