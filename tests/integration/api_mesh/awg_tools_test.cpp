// SPDX-License-Identifier: Apache-2.0
// The endpoints of http-api 6.2, 6.3 and 8 that compute AmneziaWG values and store nothing.
#include "tests/integration/api_mesh/awg_test.h"

namespace loomgate::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class AwgTools : public AwgTest {
 protected:
  // Of a computing call: nothing may change in the database.
  Answer computed(const std::string& path, const std::string& body = "{}") {
    const auto before = contents();
    auto answer = post(path, body);
    EXPECT_EQ(answer.status, 200) << path << body << answer.body.dump();
    EXPECT_EQ(contents(), before);
    return answer;
  }
  std::string refused_post(const std::string& path, const std::string& body = "{}") { return refusal("POST", path, body); }
};

TEST_F(AwgTools, ProtocolOptionsAreTheDocumentOfTheContract) {
  const auto answer = get("/configs/protocol-options");
  EXPECT_EQ(answer.data("default_awg_version"), "3.1");
  EXPECT_EQ(answer.data("awg_versions"), R"(["1.5","2.0","3.1"])");
  EXPECT_EQ(answer.at({"data", "versions", "1.5"}),
            R"({"s_fields":["awg_s1","awg_s2"],"h_format":"integer","config_options":{},)"
            R"("node_options":{"j1":"J1","j2":"J2","j3":"J3","itime":"Itime"}})");
  EXPECT_EQ(answer.at({"data", "versions", "2.0"}),
            R"({"s_fields":["awg_s1","awg_s2","awg_s3","awg_s4"],"h_format":"range","config_options":{},"node_options":{}})");
  EXPECT_EQ(answer.at({"data", "versions", "3.1"}),
            R"({"s_fields":["awg_s1","awg_s2","awg_s3","awg_s4"],"h_format":"range",)"
            R"("config_options":{"header_protection_key":"HeaderProtectionKey","random_trailers":"RandomTrailers"},)"
            R"("node_options":{"content_padding_addition":"ContentPaddingAddition","rekey_after_time":"RekeyAfterTime",)"
            R"("rekey_timeout":"RekeyTimeout","reject_after_time":"RejectAfterTime","keepalive_timeout":"KeepaliveTimeout",)"
            R"("max_handshake_attempts":"MaxHandshakeAttempts","disable_cookies":"DisableCookies"}})");
}

TEST_F(AwgTools, RandomSharedValuesAreOfVersion20UnlessAskedOtherwise) {
  const auto plain = computed("/configs/awg/random");
  EXPECT_THAT(keys(plain, {"data"}), ElementsAre("awg_h1", "awg_h2", "awg_h3", "awg_h4", "awg_s1", "awg_s2", "awg_s3", "awg_s4"));
  EXPECT_THAT(plain.data("awg_h1"), HasSubstr("-"));
  const auto oldest = computed("/configs/awg/random?awg_version=1.5&regenerate_key=false");
  EXPECT_EQ(oldest.data("awg_s3") + oldest.data("awg_s4"), "00");
  EXPECT_THAT(oldest.data("awg_h1"), Not(HasSubstr("-")));
  const auto with_key = computed("/configs/awg/random?awg_version=3.1&regenerate_key=true");
  EXPECT_EQ(with_key.at({"data", "awg_options", "header_protection_key"}).size(), 44u);
  EXPECT_NE(with_key.at({"data", "awg_options", "header_protection_key"}),
            computed("/configs/awg/random?awg_version=3.1&regenerate_key=true")
                .at({"data", "awg_options", "header_protection_key"}));
  EXPECT_EQ(refused_post("/configs/awg/random?awg_version=4"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refused_post("/configs/awg/random?regenerate_key=true"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refused_post("/configs/awg/random?regenerate_key=perhaps"), "VALIDATION_ERROR 422");
}

TEST_F(AwgTools, RandomNodeValuesAreAWholeSet) {
  const auto plain = computed("/nodes/awg/random");
  for (const char* set : {"awg_jc", "awg_jmin", "awg_jmax", "awg_i1", "awg_i2", "awg_i3"}) EXPECT_NE(plain.data(set), "null");
  EXPECT_EQ(plain.data("awg_i4") + plain.data("awg_options"), "null{}");
  EXPECT_EQ(computed("/nodes/awg/random?awg_version=3.1").at({"data", "awg_options", "disable_cookies"}), "false");
  EXPECT_EQ(refused_post("/nodes/awg/random?awg_version=x"), "INVALID_AWG_VERSION 400");
}

TEST_F(AwgTools, ConversionFollowsTheRulesOfTheTarget) {
  const std::string values = R"("awg_s1":10,"awg_s2":66,"awg_s3":3,"awg_s4":4,"awg_h1":"100-200","awg_h2":"300","awg_h3":"400",)"
                             R"("awg_h4":"500-600","awg_options":{"random_trailers":false,"_random_direction":"dns"})";
  const auto oldest = computed("/configs/awg/convert", R"({"awg_version":"1.5","source_version":"2.0",)" + values + "}");
  EXPECT_EQ(AwgTest::values(oldest, shared_fields()),
            "awg_s1 10\nawg_s2 15\nawg_s3 0\nawg_s4 0\nawg_h1 100\nawg_h2 300\nawg_h3 400\nawg_h4 500\n");
  EXPECT_EQ(oldest.data("awg_options"), R"({"_random_direction":"dns"})");
  const auto same = computed("/configs/awg/convert", R"({"awg_version":"2.0","source_version":"2.0",)" + values + "}");
  EXPECT_EQ(same.data("awg_s2") + same.data("awg_h4"), "66500-600");
  const auto newest = computed("/configs/awg/convert", R"({"awg_version":"3.1","source_version":"2.0",)" + values + "}");
  EXPECT_EQ(newest.data("awg_s1"), newest.data("awg_s4"));
  EXPECT_EQ(newest.at({"data", "awg_options", "random_trailers"}), "false");
  EXPECT_EQ(newest.at({"data", "awg_options", "header_protection_key"}).size(), 44u);
  const auto from_nothing = computed("/configs/awg/convert", R"({"awg_version":"2.0","source_version":null,"name":"x"})");
  EXPECT_NE(from_nothing.data("awg_s1"), "null");

  EXPECT_EQ(refused_post("/configs/awg/convert", R"({"source_version":"2.0"})"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refused_post("/configs/awg/convert", R"({"awg_version":"9"})"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refused_post("/configs/awg/convert", R"({"awg_version":"2.0","source_version":"9"})"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refused_post("/configs/awg/convert", R"({"awg_version":"2.0","source_version":"2.0","awg_s1":-1})"),
            "INVALID_AWG_PARAMETER 400");
}

TEST_F(AwgTools, GenerateAllDrawsEverythingAndRecordsTheStrategy) {
  const std::string body = R"({"awg_version":"3.1","direction":"rtp","intensity":"high","config":{"awg_s1":"20","junk":1},)"
                           R"("nodes":{"any label":{"awg_jc":"not a number","awg_options":{"random_trailers":false}}}})";
  const auto answer = computed("/configs/awg/generate", body);
  EXPECT_EQ(answer.at({"data", "config", "awg_options", "_random_direction"}), "rtp");
  EXPECT_EQ(answer.at({"data", "config", "awg_options", "_random_intensity"}), "high");
  EXPECT_EQ(answer.at({"data", "config", "awg_options", "random_trailers"}), "false");
  EXPECT_EQ(answer.at({"data", "config", "awg_options", "header_protection_key"}).size(), 44u);
  EXPECT_THAT(answer.at({"data", "nodes", "any label", "awg_i5"}), AllOf(StartsWith("<b 0x8000"), HasSubstr("<r 160>")));
  EXPECT_EQ(answer.at({"data", "nodes", "any label", "awg_options", "random_trailers"}), "false");
}

TEST_F(AwgTools, ADraftOfAThousandNodesIsTaken) {
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    all += (i == 0 ? "\"" : ",\"") + std::to_string(i) + R"(":{"awg_i1":"<b 0x)" + std::string(2400, 'a') + R"(>"})";
  }
  const auto answer = computed("/configs/awg/generate", R"({"awg_version":"2.0","intensity":"low","nodes":{)" + all + "}}");
  EXPECT_EQ(keys(answer, {"data", "nodes"}).size(), 1000u);
  const auto id = awg_config("a", "2.0");
  EXPECT_EQ(refused_config(id, R"({"name":"a","awg_node_updates":{)" + all + "}}"), "INVALID_AWG_PARAMETER 400")
      << "read to its end, and refused for the nodes that it names";
}

TEST_F(AwgTools, GenerateNodeNeedsOneNodeAndEchoesTheConfig) {
  const std::string start = R"({"awg_version":"2.0","scope":"node","config":{"awg_s1":20},"nodes":)";
  const auto answer = computed("/configs/awg/generate", start + R"({"a":{}}})");
  EXPECT_EQ(answer.at({"data", "config", "awg_s1"}) + answer.at({"data", "config", "awg_s2"}), "20null");
  EXPECT_EQ(answer.at({"data", "config", "awg_options"}), "{}");
  EXPECT_EQ(keys(answer, {"data", "nodes"}), std::vector<std::string>{"a"});
  EXPECT_EQ(refused_post("/configs/awg/generate", start + "{}}"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused_post("/configs/awg/generate", start + R"({"a":{},"b":{}}})"), "INVALID_AWG_PARAMETER 400");
}

TEST_F(AwgTools, GenerateRefusesWhatItCannotDraw) {
  const auto refused = [&](const std::string& members) {
    return refused_post("/configs/awg/generate", R"({"awg_version":"3.1")" + members + "}");
  };
  EXPECT_EQ(refused_post("/configs/awg/generate", "{}"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refused_post("/configs/awg/generate", R"({"awg_version":"9"})"), "INVALID_AWG_VERSION 400");
  EXPECT_EQ(refused(R"(,"scope":"some")"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refused(R"(,"config":[])"), "VALIDATION_ERROR 422");
  EXPECT_EQ(refused(R"(,"direction":"sip")"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused(R"(,"intensity":"extreme")"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused(R"(,"nodes":{"a":7})"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused(R"(,"nodes":{"a":{"awg_options":{"unknown":1}}})"), "INVALID_AWG_PARAMETER 400");
  EXPECT_EQ(refused(R"(,"nodes":{"a":{"awg_options":{"random_trailers":true}},"b":{"awg_options":{"random_trailers":false}}})"),
            "INVALID_AWG_PARAMETER 400");
}

}  // namespace
}  // namespace loomgate::test
