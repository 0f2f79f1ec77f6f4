// SPDX-License-Identifier: Apache-2.0
// The rules of POST and PUT of http-api 6.2 for the tunnel protocol and the shared values, one test each.
#include "tests/integration/api_mesh/awg_test.h"

namespace loomgate::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class AwgConfig : public AwgTest {
 protected:
  std::string refused_new(const std::string& members) { return refusal("POST", "/configs", R"({"name":"x")" + members + "}"); }
};

TEST_F(AwgConfig, PostNeedsAProtocolAndAVersionThatFitEachOther) {
  EXPECT_EQ(refused_new(R"(,"tunnel_protocol":"ipsec")"), "INVALID_TUNNEL_PROTOCOL 400");
  EXPECT_EQ(refused_new(R"(,"tunnel_protocol":"amneziawg")"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refused_new(R"(,"tunnel_protocol":"amneziawg","awg_version":null)"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refused_new(R"(,"tunnel_protocol":"amneziawg","awg_version":"1.0")"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refused_new(R"(,"tunnel_protocol":"amneziawg_2","awg_version":"3.1")"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refused_new(R"(,"awg_version":"2.0")"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refused_new(R"(,"tunnel_protocol":7)"), "VALIDATION_ERROR 422");
  EXPECT_EQ(config(new_config("a", R"(,"tunnel_protocol":"amneziawg_2")")).data("awg_version"), "2.0");
  EXPECT_EQ(config(new_config("b", R"(,"tunnel_protocol":"amneziawg_2","awg_version":"2.0")")).data("tunnel_protocol"),
            "amneziawg");
}

TEST_F(AwgConfig, PostFillsWhatIsMissingAndKeepsWhatIsSent) {
  const auto answer = config(awg_config("a", "2.0", R"(,"awg_s1":7,"awg_s2":0,"awg_h1":" 5 - 9 ","awg_h2":"4294967295")"));
  EXPECT_EQ(answer.data("awg_s1") + answer.data("awg_s2"), "70");
  EXPECT_EQ(answer.data("awg_h1"), "5-9");
  EXPECT_EQ(answer.data("awg_h2"), "4294967295");
  for (const char* filled : {"awg_s3", "awg_s4", "awg_h3", "awg_h4"}) EXPECT_NE(answer.data(filled), "null") << filled;
  EXPECT_EQ(answer.data("awg_options"), "{}");
}

TEST_F(AwgConfig, PostOf31MakesAHeaderKeyUnlessTheOptionIsThere) {
  EXPECT_EQ(config(awg_config("a", "3.1")).at({"data", "awg_options", "header_protection_key"}).size(), 44u);
  const auto off = config(awg_config("b", "3.1", R"(,"awg_options":{"header_protection_key":null})"));
  EXPECT_EQ(off.at({"data", "awg_options", "header_protection_key"}), "null");
  const std::string own = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
  const auto given = config(awg_config("c", "3.1", R"(,"awg_options":{"header_protection_key":")" + own + R"("})"));
  EXPECT_EQ(given.at({"data", "awg_options", "header_protection_key"}), own);
}

TEST_F(AwgConfig, PostOfWireGuardStoresNothingOfAmneziaWg) {
  const auto answer = config(new_config("a", R"(,"awg_s1":-5,"awg_h1":"junk","awg_options":{"unknown":1})"));
  for (const char* field : shared_fields()) EXPECT_EQ(answer.data(field), "null") << field;
  EXPECT_EQ(answer.data("awg_options") + answer.data("awg_version"), "{}null");
}

TEST_F(AwgConfig, PostRefusesValuesWithTheCodeOfTheContract) {
  const std::string awg = R"(,"tunnel_protocol":"amneziawg","awg_version":"2.0")";
  EXPECT_EQ(refused_new(awg + R"(,"awg_s1":-1)"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_new(awg + R"(,"awg_s1":65536)"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_new(awg + R"(,"awg_s1":9007199254740991)"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_new(awg + R"(,"awg_s1":"seven")"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refused_new(awg + R"(,"awg_h1":"9-5")"), "INVALID_AWG_H_RANGE 400");
  EXPECT_EQ(refused_new(awg + R"(,"awg_h1":"5-9","awg_h2":"9")"), "INVALID_AWG_H_RANGE 400");
  EXPECT_EQ(refused_new(awg + R"(,"awg_h1":5)"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refused_new(awg + R"(,"awg_options":[])"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refused_new(awg + R"(,"awg_options":{"unknown":1})"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_new(awg + R"(,"awg_options":{"random_trailers":true})"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_new(awg + R"(,"awg_options":{"_random_direction":"sip"})"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_new(R"(,"tunnel_protocol":"amneziawg","awg_version":"1.5","awg_h1":"5-9")"),
            "INVALID_AWG_H_RANGE 400");
  EXPECT_EQ(refused_new(R"(,"tunnel_protocol":"amneziawg","awg_version":"3.1","awg_options":{"random_trailers":1})"),
            "INVALID_AWG_PARAMETER 400");
}

TEST_F(AwgConfig, PutIsPartialAndNullClearsSharedValues) {
  const auto id = awg_config("a", "2.0");
  const auto before = values(config(id), shared_fields());
  EXPECT_EQ(values(put_config(id, R"({"name":"a","description":"new"})"), shared_fields()), before);
  const auto cleared = put_config(id, R"({"name":"a","awg_s4":null,"awg_h4":null})");
  EXPECT_EQ(cleared.data("awg_s4") + cleared.data("awg_h4"), "nullnull");
  EXPECT_NE(cleared.data("awg_s3"), "null");
  EXPECT_EQ(cleared.data("adjustments"), "[]");
  EXPECT_EQ(put_config(id, R"({"name":"a"})").data("awg_s4"), "null") << "ordinary saves fill nothing";
}

TEST_F(AwgConfig, PutNeedsAVersionOnlyWhereNoneIsStored) {
  const auto plain = new_config("plain");
  EXPECT_EQ(refused_config(plain, R"({"name":"plain","tunnel_protocol":"amneziawg"})"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refused_config(plain, R"({"name":"plain","awg_version":"2.0"})"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(put_config(plain, R"({"name":"plain","tunnel_protocol":"amneziawg","awg_version":"1.5"})").data("awg_version"),
            "1.5");
  const auto stored = put_config(plain, R"({"name":"plain","tunnel_protocol":"amneziawg","awg_version":null})");
  EXPECT_EQ(stored.data("awg_version"), "1.5");
  EXPECT_EQ(refused_config(plain, R"({"name":"plain","tunnel_protocol":"wireguard","awg_version":"1.5"})"),
            "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refused_config(plain, R"({"name":"plain","tunnel_protocol":"amneziawg_2","awg_version":"1.5"})"),
            "INVALID_AWG_VERSION 400");
}

TEST_F(AwgConfig, PutOfAnotherVersionConvertsAndSaysWhatItChanged) {
  const auto id = awg_config("a", "2.0", R"(,"awg_s1":10,"awg_s2":66,"awg_s3":20,"awg_s4":30,"awg_h1":"500-600")");
  const auto back = put_config(id, whole(config(id), {{"awg_version", "1.5"}}));
  EXPECT_EQ(back.data("awg_s1") + " " + back.data("awg_s2"), "10 15") << "66 would be S1 + 56";
  EXPECT_EQ(back.data("awg_s3") + back.data("awg_s4"), "00");
  EXPECT_EQ(back.data("awg_h1"), "500");
  std::vector<std::string> fields;
  for (const auto& one : back.body.view().find("data")->find("adjustments")->items()) {
    fields.emplace_back(one.find("field")->string());
    EXPECT_THAT(std::string(one.find("reason")->string()), HasSubstr("1.5"));
  }
  EXPECT_THAT(fields, ElementsAre("awg_s2", "awg_s3", "awg_s4", "awg_h1", "awg_h2", "awg_h3", "awg_h4"));
  const auto forth = put_config(id, R"({"name":"a","awg_version":"2.0"})");
  EXPECT_EQ(forth.data("awg_h1"), "500");
  EXPECT_THAT(forth.data("adjustments"), AllOf(HasSubstr("awg_s3"), Not(HasSubstr("awg_h1"))));
  const auto newest = put_config(id, R"({"name":"a","awg_version":"3.1"})");
  EXPECT_EQ(newest.data("awg_s1"), newest.data("awg_s4"));
  EXPECT_NE(newest.data("awg_h1"), "500");
}

TEST_F(AwgConfig, PutTakesSentNumbersAsThoseOfTheNewVersion) {
  const auto id = awg_config("a", "2.0");
  const auto answer = put_config(id, R"({"name":"a","awg_version":"1.5","awg_s1":21,"awg_h3":"77"})");
  EXPECT_EQ(answer.data("awg_s1") + " " + answer.data("awg_h3") + " " + answer.data("awg_s3"), "21 77 0");
  EXPECT_EQ(refused_config(id, R"({"name":"a","awg_version":"2.0","awg_h3":"9-5"})"), "INVALID_AWG_H_RANGE 400");
  const auto common = put_config(id, R"({"name":"a","awg_version":"3.1","awg_s1":40})");
  EXPECT_EQ(values(common, {"awg_s1", "awg_s2", "awg_s3", "awg_s4"}), "awg_s1 40\nawg_s2 40\nawg_s3 40\nawg_s4 40\n");
}

TEST_F(AwgConfig, PutLetsDormantOptionsBeRepeatedButNotChanged) {
  const auto id = awg_config("a", "3.1", R"(,"awg_options":{"random_trailers":false})");
  put_config(id, R"({"name":"a","awg_version":"2.0"})");
  EXPECT_EQ(config(id).at({"data", "awg_options", "random_trailers"}), "false");
  put_config(id, whole(config(id)));
  EXPECT_EQ(refused_config(id, R"({"name":"a","awg_options":{"random_trailers":true}})"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_config(id, R"({"name":"a","awg_options":{"header_protection_key":null}})"),
            "INVALID_AWG_PARAMETER 400");
  put_config(id, R"({"name":"a","awg_version":"3.1","awg_options":{"header_protection_key":null}})");
  EXPECT_EQ(config(id).at({"data", "awg_options", "header_protection_key"}), "null") << "off stays off";
}

TEST_F(AwgConfig, PutMergesOptionsKeyByKey) {
  const auto id = awg_config("a", "3.1", R"(,"awg_options":{"_random_direction":"rtp"})");
  const auto key = config(id).at({"data", "awg_options", "header_protection_key"});
  put_config(id, R"({"name":"a","awg_options":null})");
  put_config(id, R"({"name":"a","awg_options":{"_random_intensity":"high"}})");
  EXPECT_THAT(keys(config(id), {"data", "awg_options"}),
              ElementsAre("_random_direction", "_random_intensity", "header_protection_key"));
  EXPECT_EQ(config(id).at({"data", "awg_options", "header_protection_key"}), key);
}

TEST_F(AwgConfig, PutSwitchesToWireGuardAndClearsEverythingButHooks) {
  const auto id = awg_config("a", "3.1");
  const auto node_id = new_node(id, "n", R"(,"post_up":["echo up"])");
  const auto answer = put_config(id, R"({"name":"a","tunnel_protocol":"wireguard"})");
  EXPECT_EQ(answer.data("tunnel_protocol") + answer.data("awg_version") + answer.data("awg_options"), "wireguardnull{}");
  for (const char* field : shared_fields()) EXPECT_EQ(answer.data(field), "null") << field;
  const auto cleared = node(node_id);
  for (const char* field : node_fields()) EXPECT_EQ(cleared.data(field), "null") << field;
  EXPECT_EQ(cleared.data("awg_options") + cleared.data("post_up"), R"({}["echo up"])");
  EXPECT_EQ(scalar("SELECT awg_header_key_sealed IS NULL FROM configs"), "t");
  EXPECT_THAT(preview(id, node_id), AllOf(HasSubstr("PostUp = echo up"), Not(HasSubstr("Jc"))));
}

TEST_F(AwgConfig, PutRemembersTheProtocolBeforeForTheDevices) {
  const auto id = new_config("a");
  const auto previous = [&] { return scalar("SELECT coalesce(previous_tunnel_protocol, '-') FROM configs"); };
  EXPECT_EQ(previous(), "-");
  put_config(id, R"({"name":"a","tunnel_protocol":"amneziawg","awg_version":"2.0"})");
  EXPECT_EQ(previous(), "wireguard");
  put_config(id, R"({"name":"a","awg_version":"3.1"})");
  EXPECT_EQ(previous(), "wireguard") << "another version is the same protocol";
  put_config(id, R"({"name":"a","tunnel_protocol":"wireguard"})");
  EXPECT_EQ(previous(), "amneziawg");
}

TEST_F(AwgConfig, PutRendersEveryNodeAnewAndStagesIt) {
  const auto id = awg_config("a", "2.0");
  const auto node_id = new_node(id, "n");
  const auto before = state_of(node_id, "desired_version, staged_version");
  put_config(id, R"({"name":"a","description":"no node is concerned"})");
  EXPECT_EQ(state_of(node_id, "desired_version, staged_version"), before);
  put_config(id, R"({"name":"a","awg_s1":1})");
  EXPECT_EQ(before + " then " + state_of(node_id, "desired_version, staged_version"), "1 1 then 2 2");
  put_config(id, R"({"name":"a","awg_node_updates":{")" + node_id + R"(":{"awg_i1":"<t>"}}})");
  EXPECT_EQ(state_of(node_id, "desired_version, staged_version"), "3 3");
  EXPECT_THAT(preview(id, node_id), HasSubstr("\nI1 = <t>\n"));
}

TEST_F(AwgConfig, TheHeaderKeyIsSealedAtRestAndNeverQuoted) {
  const std::string key = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
  const auto id = awg_config("a", "3.1", R"(,"awg_options":{"header_protection_key":")" + key + R"("})");
  const auto node_id = new_node(id, "n");
  put_config(id, R"({"name":"a","description":"saved again"})");
  EXPECT_THAT(preview(id, node_id), HasSubstr("\nHeaderProtectionKey = " + key + "\n"));
  EXPECT_THAT(contents(), Not(HasSubstr(key.substr(0, 20))));
  EXPECT_EQ(scalar("SELECT awg_options FROM configs"), "{}");
  const auto bad = put("/configs/" + id, R"({"name":"a","awg_options":{"header_protection_key":"secret-and-wrong"}})");
  EXPECT_EQ(bad.code(), "INVALID_AWG_PARAMETER");
  EXPECT_THAT(bad.body.dump(), Not(HasSubstr("secret-and-wrong")));
  EXPECT_EQ(get("/configs").list()[0].find("awg_options")->find("header_protection_key")->string(), key);
}

}  // namespace
}  // namespace loomgate::test
