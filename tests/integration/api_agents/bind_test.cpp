// SPDX-License-Identifier: Apache-2.0
// Bind commands and binds (spec mqtt 11, 22.1 to 22.3; http-api 6.7, 7.1).
#include <fstream>
#include <future>

#include "plugin/base/digest.h"
#include "tests/integration/api_agents/agents_fixture.h"

namespace loomgate::harness {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class BindTest : public AgentsTest {};

TEST_F(BindTest, CommandIsWhatTheUserTypes) {
  start();
  const auto made = api_->post(path("bind-command"), R"({"server_url":"https://mesh.example:8443//"})");
  ASSERT_EQ(made.status, 200) << made.body;
  const auto token = made.text("data.token");
  EXPECT_EQ(token.size(), 43U);
  EXPECT_EQ(made.text("data.command"), "wfmctl bind --server \"https://mesh.example:8443\" --token \"" + token + "\"");
  EXPECT_TRUE(made.text("data.expires_at").ends_with("Z"));
  EXPECT_THAT(api_->post(path("bind-command"), "{}").text("data.command"),
              StartsWith("wfmctl bind --server \"" + daemon_.url() + "\" --token"));
  for (const char* bad :
       {"https://x\\\"; reboot; \\\"", "https://$(reboot)", "mesh.example", "https://a b", "https://`x`"}) {
    EXPECT_EQ(api_->post(path("bind-command"), fmt::format("{{\"server_url\":\"{}\"}}", bad)).status, 422) << bad;
  }
  EXPECT_EQ(api_->post(path("bind-command")).status, 422) << "the body must be an object";
}

TEST_F(BindTest, CommandErrors) {
  start();
  EXPECT_EQ(error_of(api_->post("/api/v1/configs/cfg_000000000000/nodes/" + node_ + "/bind-command", "{}")),
            "404 CONFIG_NOT_FOUND");
  EXPECT_EQ(error_of(api_->post(path("bind-command", "node_000000000000"), "{}")), "404 NODE_NOT_FOUND");
  const auto elsewhere =
      api_->post("/api/v1/configs", R"({"name":"other","virtual_subnet":"10.67.0.0/24"})").text("data.id");
  EXPECT_EQ(error_of(api_->post("/api/v1/configs/" + elsewhere + "/nodes/" + node_ + "/bind-command", "{}")),
            "400 NODE_CONFIG_MISMATCH");
  const auto fixed = make_node("printer", "10.66.0.9", R"(,"node_type":"static")");
  EXPECT_EQ(error_of(api_->post(path("bind-command", fixed), "{}")), "400 CLIENT_BIND_STATIC_NODE");
  ASSERT_EQ(api_->put("/api/v1/nodes/" + other_, R"({"name":"beta","enabled":false})").status, 200);
  EXPECT_EQ(error_of(api_->post(path("bind-command", other_), "{}")), "409 NODE_DISABLED");
}

TEST_F(BindTest, conformance_01_AnswerHasTheExactTypes) {
  start();
  const auto answer = bind("  " + bind_token() + " ");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.text("data.profile.profile_id"), config_ + "-" + node_);
  EXPECT_EQ(answer.text("data.profile.server_url"), "");
  EXPECT_TRUE(answer.at("data.profile.server_url")->is(json::Type::kString));
  EXPECT_EQ(answer.text("data.profile.config_name"), "mesh");
  EXPECT_EQ(answer.text("data.profile.node_name"), "alpha");
  EXPECT_EQ(answer.text("data.profile.interface_name"), "mesh-alpha");
  EXPECT_EQ(answer.text("data.profile.hostname"), "box");
  EXPECT_EQ(answer.text("data.profile.platform"), "linux");
  EXPECT_EQ(answer.text("data.profile.client_version"), "0.2.3");
  EXPECT_EQ(answer.text("data.mqtt.host"), "localhost");
  EXPECT_EQ(answer.integer("data.mqtt.port"), daemon_.options().mqtt_port);
  EXPECT_THAT(answer.body, HasSubstr("\"port\":" + std::to_string(daemon_.options().mqtt_port) + ","))
      << "an integer, not 1883.0";
  EXPECT_TRUE(answer.at("data.mqtt.tls")->is(json::Type::kBool));
  EXPECT_FALSE(answer.boolean("data.mqtt.tls"));
  EXPECT_FALSE(answer.at("data.mqtt.ca_cert").has_value()) << "only with TLS";
  EXPECT_EQ(answer.text("data.mqtt.username"), node_);
  EXPECT_EQ(answer.text("data.mqtt.client_id"), "wfm-" + node_);
  EXPECT_EQ(answer.text("data.mqtt.password").size(), 43U);
  const auto prefix = "wfm/" + config_ + "/" + node_ + "/";
  const std::vector<std::string> subscribe = {"config/push", "control", "detect", "info"};
  const std::vector<std::string> publish = {"config/push/ack", "control/ack", "detect/ack",
                                            "info/ack",        "event",       "heartbeat"};
  EXPECT_EQ(answer.at("data.mqtt.topics.subscribe")->size(), subscribe.size());
  EXPECT_EQ(answer.at("data.mqtt.topics.publish")->size(), publish.size());
  for (std::size_t i = 0; i < subscribe.size(); ++i)
    EXPECT_EQ(answer.text(fmt::format("data.mqtt.topics.subscribe.{}", i)), prefix + subscribe[i]);
  for (std::size_t i = 0; i < publish.size(); ++i)
    EXPECT_EQ(answer.text(fmt::format("data.mqtt.topics.publish.{}", i)), prefix + publish[i]);
  EXPECT_THAT(answer.text("data.desired_conf"), HasSubstr("[Interface]"));
  EXPECT_EQ(answer.text("data.desired_conf"), api_->get(path("applied-conf")).text("data.content"));
}

TEST_F(BindTest, conformance_03_TokenWorksOnce) {
  start();
  const auto token = bind_token();
  EXPECT_EQ(bind(token).status, 200);
  EXPECT_EQ(error_of(bind(token)), "409 CLIENT_BIND_TOKEN_USED");
  EXPECT_EQ(error_of(bind("no-such-token")), "401 CLIENT_BIND_TOKEN_INVALID");
  EXPECT_EQ(error_of(bind("")), "422 VALIDATION_ERROR");
}

TEST_F(BindTest, conformance_03_ANewTokenVoidsTheOld) {
  start();
  const auto first = bind_token();
  const auto second = bind_token();
  EXPECT_EQ(error_of(bind(first)), "401 CLIENT_BIND_TOKEN_INVALID");
  EXPECT_EQ(bind(second).status, 200);
}

TEST_F(BindTest, conformance_03_TokenEndsAfterFiveMinutes) {
  start();
  const auto token = bind_token();
  const auto left = std::stoi(
      sql("SELECT extract(epoch FROM bind_token_expires_at - now())::int FROM loomgate.node_clients WHERE node_id = '" +
          node_ + "'"));
  EXPECT_GT(left, 240);
  EXPECT_LE(left, 300);
  sql("UPDATE loomgate.node_clients SET bind_token_expires_at = now() - interval '1 second' WHERE node_id = '" + node_ +
      "'");
  EXPECT_EQ(error_of(bind(token)), "401 CLIENT_BIND_TOKEN_EXPIRED");
}

TEST_F(BindTest, conformance_03_OfManyAtOnceExactlyOneGetsTheBinding) {
  start();
  for (int round = 0; round < 5; ++round) {
    const auto token = bind_token();
    std::vector<std::future<ApiAnswer>> answers;
    for (int i = 0; i < 4; ++i) answers.push_back(std::async(std::launch::async, [&] { return bind(token); }));
    int won = 0;
    for (auto& pending : answers) {
      const auto answer = pending.get();
      won += answer.status == 200 ? 1 : 0;
      EXPECT_TRUE(answer.status == 200 || error_of(answer) == "409 CLIENT_BIND_TOKEN_USED") << answer.body;
    }
    EXPECT_EQ(won, 1);
  }
}

TEST_F(BindTest, ClosedDoors) {
  start();
  const auto token = bind_token();
  sql("UPDATE loomgate.configs SET enabled = false");
  EXPECT_EQ(error_of(bind(token)), "403 CLIENT_BIND_NOT_ALLOWED");
  sql("UPDATE loomgate.configs SET enabled = true; UPDATE loomgate.nodes SET node_type = 'static'");
  EXPECT_EQ(error_of(bind(token)), "403 CLIENT_BIND_NOT_ALLOWED");
  sql("UPDATE loomgate.nodes SET node_type = 'dynamic'");
  EXPECT_EQ(bind(token).status, 200) << "a refused bind does not spend the token";
}

TEST_F(BindTest, DisablingANodeVoidsItsToken) {
  start();
  const auto token = bind_token();
  ASSERT_EQ(api_->put("/api/v1/nodes/" + node_, R"({"name":"alpha","enabled":false})").status, 200);
  EXPECT_EQ(error_of(bind(token)).substr(0, 3), "401");
}

TEST_F(BindTest, OnlyHashesAreStored) {
  start();
  const auto token = bind_token();
  const auto answer = bind(token);
  const auto password = answer.text("data.mqtt.password");
  EXPECT_EQ(sql("SELECT bind_token_hash FROM loomgate.node_clients WHERE node_id = '" + node_ + "'"),
            sha256_hex(token));
  EXPECT_EQ(sql("SELECT mqtt_hash = sha256(mqtt_salt || '" + password +
                "'::bytea) FROM loomgate.node_clients WHERE node_id = '" + node_ + "'"),
            "t");
  EXPECT_EQ(sql("SELECT client_hostname || client_platform || client_version || interface_name FROM "
                "loomgate.node_clients WHERE node_id = '" +
                node_ + "'"),
            "boxlinux0.2.3mesh-alpha");
}

TEST_F(BindTest, LongInterfaceNamesAreShortenedAndKept) {
  start();
  const auto node = make_node("a node with a very long name", "10.66.0.20");
  const auto name = bind(bind_token(node)).text("data.profile.interface_name");
  EXPECT_LE(name.size(), 15U);
  EXPECT_EQ(bind(bind_token(node)).text("data.profile.interface_name"), name);
  EXPECT_EQ(sql("SELECT interface_name FROM loomgate.node_clients WHERE node_id = '" + node + "'"), name);
}

TEST_F(BindTest, EachBindMakesANewPasswordAndForgetsTheOldDevice) {
  start();
  const auto first = bind(bind_token()).text("data.mqtt.password");
  sql("UPDATE loomgate.node_runtime SET online = true, connectivity_state = 'online', client_presence_state = "
      "'online', session_id = 's1', "
      "boot_id = 'b1', last_reachable_at = now(), last_heartbeat_at = now(), last_event = 'online' WHERE node_id = '" +
      node_ + "'");
  const auto before =
      sql("SELECT count(*) FROM loomgate.changes WHERE type = 'endpoint.status' AND node_id = '" + node_ + "'");
  const auto second = bind(bind_token()).text("data.mqtt.password");
  EXPECT_NE(first, second);
  EXPECT_EQ(
      sql("SELECT online || connectivity_state || client_presence_state || session_id || boot_id || last_event || "
          "(last_reachable_at IS NULL AND last_heartbeat_at IS NULL) FROM loomgate.node_runtime WHERE node_id = '" +
          node_ + "'"),
      "falseofflineofflinetrue");
  EXPECT_GT(std::stoi(sql("SELECT count(*) FROM loomgate.changes WHERE type = 'endpoint.status' AND node_id = '" +
                          node_ + "'")),
            std::stoi(before));
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.audit_log WHERE action = 'client.bind' AND actor_kind = 'agent'"), "2");
}

TEST_F(BindTest, TlsNeedsACertificateAndHandsItOver) {
  const auto ca = daemon_.file("ca.pem");
  start({{"WFM_MQTT_TLS_ENABLED", "true"}, {"WFM_MQTT_CLIENT_CA_FILE", ca.string()}});
  const auto token = bind_token();
  EXPECT_EQ(error_of(bind(token)), "409 MQTT_TLS_CA_NOT_READY");
  std::ofstream(ca) << "not a certificate";
  EXPECT_EQ(error_of(bind(token)), "409 MQTT_TLS_CA_NOT_READY");
  const std::string pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  std::ofstream(ca) << pem;
  const auto answer = bind(token);
  ASSERT_EQ(answer.status, 200) << "the token stayed usable: " << answer.body;
  EXPECT_TRUE(answer.boolean("data.mqtt.tls"));
  EXPECT_EQ(answer.integer("data.mqtt.port"), 8883);
  EXPECT_EQ(answer.text("data.mqtt.ca_cert"), pem);
}

TEST_F(BindTest, AddressComesFromTheOriginOrTheStoredSetting) {
  start({{"WFM_PUBLIC_ORIGIN", daemon_.url()}});
  EXPECT_EQ(bind(bind_token()).text("data.mqtt.host"), "127.0.0.1") << "the origin's host without its port";
  sql(R"(INSERT INTO loomgate.settings (key, value) VALUES ('mqtt_client', '{"host":"broker.example","port":2883,"tls":false}'))");
  const auto answer = bind(bind_token());
  EXPECT_EQ(answer.text("data.mqtt.host"), "broker.example");
  EXPECT_EQ(answer.integer("data.mqtt.port"), 2883);
}

TEST_F(BindTest, AliasAndErrorsAreAlwaysJson) {
  start();
  auto device = daemon_.client();
  EXPECT_EQ(device.post("/api/client/bind", bind_body(bind_token())).status, 200);
  for (const std::string& body :
       {std::string("not json"), std::string("[]"), std::string("{}"), std::string(R"({"token":5})")}) {
    const auto answer = device.post("/api/client/v1/bind", body);
    EXPECT_EQ(answer.status, 422) << body;
    EXPECT_TRUE(answer.at("success").has_value() && !answer.boolean("success")) << answer.body;
    EXPECT_NE(answer.text("error.message"), "") << answer.body;
  }
}

TEST_F(BindTest, conformance_02_every_refusal_is_json_with_a_message) {
  start();
  const auto expect = [](const ApiAnswer& answer, int status) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.header("content-type"), "application/json");
    EXPECT_TRUE(answer.at("success").has_value() && !answer.boolean("success")) << answer.body;
    EXPECT_NE(answer.text("error.message"), "") << answer.body;
  };
  const auto used = bind_token();
  ASSERT_EQ(bind(used).status, 200);
  const auto of_static = bind_token(other_);
  sql("UPDATE loomgate.nodes SET node_type = 'static' WHERE id = '" + other_ + "'");
  expect(bind(""), 422);
  expect(bind("unknown"), 401);
  expect(bind(of_static), 403);
  expect(bind(used), 409);
  const auto good = bind_token();
  shared_cluster().stop();
  const auto without_database = bind(good);
  shared_cluster().start();
  expect(without_database, 503);
  auto last = bind("unknown");
  for (int i = 0; i < 30 && last.status == 401; ++i) last = bind("unknown");
  expect(last, 429);
}

TEST_F(BindTest, GuessingTokensIsSlowedDown) {
  start();
  const auto token = bind_token();
  auto device = daemon_.client();
  ApiAnswer answer;
  int tries = 0;
  do {
    answer = device.post("/api/client/v1/bind", bind_body("guess-" + std::to_string(tries)));
  } while (answer.status == 401 && ++tries < 100);
  EXPECT_EQ(tries, 20);
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.error_code(), "RATE_LIMITED");
  EXPECT_FALSE(answer.boolean("success"));
  EXPECT_TRUE(answer.header("retry-after").has_value());
  EXPECT_THAT(daemon_.log(), Not(HasSubstr("guess-0")));
}

TEST_F(BindTest, WithMqttOffNothingBinds) {
  daemon_.options().mqtt_port = 0;
  start();
  EXPECT_EQ(error_of(api_->post(path("bind-command"), "{}")), "409 MQTT_DISABLED");
  EXPECT_EQ(error_of(api_->post(path("reset-client"))), "409 MQTT_DISABLED");
  EXPECT_EQ(error_of(bind("anything")), "409 MQTT_DISABLED");
  EXPECT_EQ(error_of(bind("")), "422 VALIDATION_ERROR") << "the shape comes first";
  EXPECT_EQ(sql("SELECT mqtt_services_enabled FROM loomgate.broker_settings"), "f") << "brokers follow the daemon";
}

}  // namespace
}  // namespace loomgate::harness
