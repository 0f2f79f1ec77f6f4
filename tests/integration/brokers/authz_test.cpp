// SPDX-License-Identifier: Apache-2.0
// The authorization callback of an EMQX (spec http-api 7.3, emqx 5, mqtt 16), asked over HTTP as EMQX asks.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "tests/harness/daemon.h"
#include "tests/harness/durations.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPath = "/api/internal/emqx/authz";
constexpr const char* kKey = "a key that both sides share";
constexpr const char* kBackend = "mesh-backend";
constexpr const char* kNode = "node_aaaaaaaaaaaa";
constexpr const char* kClient = "wfm-node_aaaaaaaaaaaa";
constexpr const char* kTopics = "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/";

// Killed by the tests, so it is no cluster of others.
class Authz : public testing::Test {
 protected:
  Authz() : database_(cluster_.fresh_database()), daemon_({.dsn = database_.dsn(), .mqtt_port = free_port()}) {
    sql("INSERT INTO configs (id, name, virtual_subnet, default_listen_port) "
        "VALUES ('cfg_bbbbbbbbbbbb', 'lab', '10.66.0.0/16', 51820)");
    bind(kNode);
  }

  void start(std::vector<std::pair<std::string, std::string>> more = {}) {
    more.emplace_back("WFM_EMQX_AUTHZ_SHARED_KEY", kKey);
    more.emplace_back("WFM_EMQX_USERNAME", kBackend);
    daemon_.options().env = std::move(more);
    daemon_.start();
    client_.emplace(daemon_.client());
  }
  void start_and_wait() {
    start();
    ASSERT_TRUE(becomes("allow")) << daemon_.log();
  }

  void sql(const std::string& text) { connect(database_.dsn()).exec_script(text); }
  void bind(const std::string& node) { sql(binding_of(node)); }
  static std::string binding_of(const std::string& node) {
    return fmt::format("INSERT INTO nodes (id, config_id, name, public_key, private_key_sealed) "
                       "VALUES ('{0}', 'cfg_bbbbbbbbbbbb', '{0}', repeat('k', 44), '\\x00'); "
                       "INSERT INTO node_clients (node_id, config_id, client_initialized, mqtt_username, mqtt_client_id, "
                       "mqtt_salt, mqtt_hash) VALUES ('{0}', 'cfg_bbbbbbbbbbbb', true, '{0}', 'wfm-{0}', "
                       "decode(repeat('11', 16), 'hex'), decode(repeat('22', 32), 'hex'))",
                       node);
  }

  static std::string body(const std::string& user, const std::string& client, const std::string& action,
                          const std::string& topic, const std::string& more = "") {
    return fmt::format(R"({{"username":"{}","clientid":"{}","action":"{}","topic":"{}"{}}})", user, client, action, topic,
                       more);
  }
  ApiAnswer post(const std::string& text, const HttpHeaders& headers = {{"x-wfm-internal-key", kKey}}) {
    return client_->request("POST", kPath, text, headers);
  }
  // "allow" or "deny"; everything else is shown as it came.
  std::string ask(const std::string& user, const std::string& client, const std::string& action,
                  const std::string& topic) {
    const auto answer = post(body(user, client, action, topic));
    const auto result = answer.text("result");
    const bool is_exact = answer.status == 200 && answer.body == fmt::format(R"({{"result":"{}"}})", result);
    return is_exact ? result : fmt::format("{} {}", answer.status, answer.body);
  }
  std::string ask_own() { return ask(kNode, kClient, "subscribe", std::string(kTopics) + "control"); }
  // By default long enough for a machine that stalls, and short of the minute after which everything is read anew.
  bool becomes(const std::string& result, std::chrono::milliseconds deadline = kPatience) {
    return eventually(deadline, [&] { return ask_own() == result; });
  }

  PostgresCluster cluster_;
  TestDatabase database_;
  LoomgateDaemon daemon_;
  std::optional<ApiClient> client_;
};

TEST_F(Authz, conformance_09_every_vector_of_the_decision_table) {
  start_and_wait();
  const std::string own = kTopics;
  struct Row {
    std::string user, client, action, topic, result;
  };
  const std::vector<Row> rows = {
      {kNode, kClient, "subscribe", own + "control", "allow"},
      {kNode, kClient, "publish", own + "control", "deny"},
      {kNode, kClient, "publish", own + "control/ack", "allow"},
      {kNode, kClient, "subscribe", own + "control/ack", "deny"},
      {kNode, kClient, "subscribe", own + "+", "deny"},
      {kNode, kClient, "subscribe", own + "#", "deny"},
      {kNode, kClient, "publish", "wfm/cfg_cccccccccccc/node_aaaaaaaaaaaa/event", "deny"},
      {kNode, "wfm-node_dddddddddddd", "subscribe", own + "control", "deny"},
      {kNode, "wfm-node_dddddddddddd", "publish", own + "event", "deny"},
      {kNode, "WFM-node_aaaaaaaaaaaa", "subscribe", own + "control", "deny"},
      {kBackend, "wfm-server-one", "subscribe", "wfm/+/+/event", "allow"},
      {kBackend, "wfm-server-one", "publish", "anything/at/all", "allow"},
      {"", kClient, "subscribe", own + "control", "deny"},
      {"undefined", kClient, "subscribe", own + "control", "deny"},
      {"node_dddddddddddd", "wfm-node_dddddddddddd", "subscribe", own + "control", "deny"},
      {"somebody", "somebody", "publish", own + "event", "deny"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(ask(row.user, row.client, row.action, row.topic), row.result)
        << row.user << ' ' << row.client << ' ' << row.action << ' ' << row.topic;
}

TEST_F(Authz, ADeviceHasItsTenTopicsByteForByte) {
  start_and_wait();
  for (const char* suffix : {"config/push", "control", "detect", "info"}) {
    EXPECT_EQ(ask(kNode, kClient, "subscribe", std::string(kTopics) + suffix), "allow") << suffix;
    EXPECT_EQ(ask(kNode, kClient, "publish", std::string(kTopics) + suffix), "deny") << suffix;
  }
  for (const char* suffix : {"config/push/ack", "control/ack", "detect/ack", "info/ack", "event", "heartbeat"}) {
    EXPECT_EQ(ask(kNode, kClient, "publish", std::string(kTopics) + suffix), "allow") << suffix;
    EXPECT_EQ(ask(kNode, kClient, "subscribe", std::string(kTopics) + suffix), "deny") << suffix;
  }
  const std::string own = kTopics;
  for (const std::string& topic :
       {std::string("wfm/+/+/control"), "$share/g/" + own + "control", std::string("$SYS/brokers"), "$queue/" + own + "info",
        own + "control/", "/" + own + "control", own + "CONTROL", own + "config//push", own, std::string("#"), std::string()})
    EXPECT_EQ(ask(kNode, kClient, "subscribe", topic), "deny") << topic;
}

TEST_F(Authz, TheAccountsOfBrokersWithThePluginHaveNoRightHere) {
  sql("INSERT INTO service_accounts (username, client_id, salt, hash) VALUES ('wfm-server-one', 'wfm-server-one', "
      "decode(repeat('11', 16), 'hex'), decode(repeat('22', 32), 'hex'))");
  start_and_wait();
  EXPECT_EQ(ask("wfm-server-one", "wfm-server-one", "subscribe", "wfm/+/+/event"), "deny");
}

TEST_F(Authz, conformance_09_WhoeverLosesAConditionIsDeniedWithinASecondAndNobodyElse) {
  bind("node_111111111111");
  start_and_wait();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"UPDATE nodes SET enabled = false WHERE id = 'node_aaaaaaaaaaaa'", "UPDATE nodes SET enabled = true"},
      {"UPDATE nodes SET node_type = 'static' WHERE id = 'node_aaaaaaaaaaaa'", "UPDATE nodes SET node_type = 'dynamic'"},
      {"UPDATE node_clients SET client_initialized = false WHERE node_id = 'node_aaaaaaaaaaaa'",
       "UPDATE node_clients SET client_initialized = true"},
      {"UPDATE configs SET enabled = false", "UPDATE configs SET enabled = true"},
      {"DELETE FROM nodes WHERE id = 'node_aaaaaaaaaaaa'", binding_of(kNode)},
  };
  const auto bystander = [&] {
    return ask("node_111111111111", "wfm-node_111111111111", "publish",
               "wfm/cfg_bbbbbbbbbbbb/node_111111111111/heartbeat");
  };
  const auto takes_effect = [&](const std::string& change, const std::string& result) {
    sql(change);
    return time_until([&] { return ask_own() == result; });
  };
  for (const auto& [take, give] : cases) {
    EXPECT_LE(fastest(1s, [&] {
      const auto denied = takes_effect(take, "deny");
      const bool takes_all = take.find("configs") != std::string::npos;
      EXPECT_EQ(bystander(), takes_all ? "deny" : "allow") << take;
      return std::max(denied, takes_effect(give, "allow"));
    }), 1s) << take;
  }
}

TEST_F(Authz, AnswersGoOnWhileTheDatabaseIsDownAndFollowItAfterwards) {
  start_and_wait();
  cluster_.kill9();
  ASSERT_TRUE(daemon_.logged("LG-PLG-102"));
  const auto ask_often = [&] {
    for (int i = 0; i < 100; ++i) EXPECT_EQ(ask_own(), "allow");
  };
  EXPECT_LE(fastest(2s, [&] { return duration_of(ask_often); }), 2s) << "nobody waits for the database";
  EXPECT_EQ(ask("node_dddddddddddd", "wfm-node_dddddddddddd", "publish", std::string(kTopics) + "event"), "deny");
  cluster_.start();
  sql("UPDATE nodes SET enabled = false");
  EXPECT_TRUE(becomes("deny"));
}

TEST_F(Authz, ACopyThatIsTooOldDeniesEveryDevice) {
  start({{"WFM_AUTHZ_STALE_SECONDS", "1"}});
  // A stall of the machine may make the copy old for a moment; one that nobody keeps fresh is old for good.
  bool stays_fresh = false;
  for (int attempt = 0; attempt < 5 && !stays_fresh; ++attempt) stays_fresh = becomes("allow") && !becomes("deny", 2500ms);
  EXPECT_TRUE(stays_fresh) << "a database that answers keeps it fresh";
  cluster_.pause();
  EXPECT_TRUE(becomes("deny")) << "it does not answer, although the connection is still open";
  EXPECT_EQ(ask(kBackend, "b", "subscribe", "wfm/+/+/event"), "allow") << "its right stands in no table";
  cluster_.resume();
  EXPECT_TRUE(becomes("allow"));
}

TEST_F(Authz, WithoutTheKeyNobodyLearnsAnything) {
  start_and_wait();
  const auto good = body(kNode, kClient, "subscribe", std::string(kTopics) + "control");
  for (const HttpHeaders& headers :
       {HttpHeaders{}, HttpHeaders{{"x-wfm-internal-key", ""}}, HttpHeaders{{"x-wfm-internal-key", "wrong"}},
        HttpHeaders{{"x-wfm-internal-key", std::string(kKey) + "x"}},
        HttpHeaders{{"authorization", std::string("Bearer ") + kKey}}}) {
    const auto refused = post(good, headers);
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.body, R"({"detail":"Unauthorized"})");
    EXPECT_EQ(post("no JSON", headers).status, 401) << "the key comes before the body";
  }
  EXPECT_THAT(daemon_.log(), Not(HasSubstr(kKey)));
}

TEST_F(Authz, EveryKeyOfTheBodyIsNeededAndOthersAreIgnored) {
  start_and_wait();
  for (const char* wrong : {"", "no JSON", "[]", "{}", R"({"username":"u","clientid":"c","topic":"t"})",
                            R"({"username":"u","clientid":"c","action":"publish"})",
                            R"({"username":"u","topic":"t","action":"publish"})",
                            R"({"clientid":"c","topic":"t","action":"publish"})",
                            R"({"username":null,"clientid":"c","topic":"t","action":"publish"})",
                            R"({"username":"u","clientid":"c","topic":"t","action":"connect"})",
                            R"({"username":"u","clientid":"c","topic":"t","action":"PUBLISH"})"})
    EXPECT_EQ(post(wrong).status, 422) << wrong;
  const auto more = post(body(kNode, kClient, "publish", std::string(kTopics) + "event",
                              R"(,"qos":"1","retain":"false","peerhost":"192.0.2.7")"));
  EXPECT_EQ(more.body, R"({"result":"allow"})");
  EXPECT_EQ(more.header("content-type"), "application/json");
}

TEST_F(Authz, TheHostGuardDoesNotApply) {
  start({{"WFM_PUBLIC_ORIGIN", "https://mesh.example"}});
  EXPECT_EQ(daemon_.client().get("/api/v1/auth/status").status, 403) << "it is on";
  EXPECT_TRUE(becomes("allow"));
}

TEST_F(Authz, conformance_09_WithMqttOffEverybodyIsDenied) {
  daemon_.options().mqtt_port = 0;
  start();
  EXPECT_EQ(ask_own(), "deny");
  EXPECT_EQ(ask(kBackend, "wfm-server-one", "subscribe", "wfm/+/+/event"), "deny");
}

TEST_F(Authz, WithoutAKeyInTheSettingsItIsClosed) {
  daemon_.start();
  client_.emplace(daemon_.client());
  const auto asked = body("admin", "x", "publish", "t");
  EXPECT_EQ(post(asked, {{"x-wfm-internal-key", ""}}).status, 401);
  EXPECT_EQ(post(asked, {{"x-wfm-internal-key", "wfm-internal-emqx-authz"}}).status, 401);
  EXPECT_EQ(post(asked, {}).body, R"({"detail":"Unauthorized"})");
  EXPECT_THAT(daemon_.log(), Not(HasSubstr("LG-PLG-101"))) << "nothing is followed for nobody";
}

TEST_F(Authz, ThePublishedKeyWorksAndIsWarnedOf) {
  daemon_.options().env = {{"WFM_EMQX_AUTHZ_SHARED_KEY", "wfm-internal-emqx-authz"}};
  daemon_.start();
  client_.emplace(daemon_.client());
  EXPECT_EQ(post(body("admin", "x", "publish", "t"), {{"x-wfm-internal-key", "wfm-internal-emqx-authz"}}).body,
            R"({"result":"allow"})");
  EXPECT_TRUE(daemon_.logged("WFM_EMQX_AUTHZ_SHARED_KEY is the published default"));
}

}  // namespace
}  // namespace loomgate::harness
