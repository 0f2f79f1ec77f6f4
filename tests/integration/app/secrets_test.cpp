// SPDX-License-Identifier: Apache-2.0
// After a full run no secret stands in the log, nor in clear in any table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <map>

#include "tests/harness/daemon.h"
#include "tests/harness/ports.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::harness {
namespace {

class SecretsTest : public testing::Test {
 protected:
  SecretsTest()
      : database_(shared_cluster().fresh_database()), daemon_({.dsn = database_.dsn(), .mqtt_port = free_port()}) {}

  // Every table of the schema as text, bytea as hex and, where it is text, as text.
  std::string all_tables() const {
    auto connection = connect(database_.dsn());
    std::string text;
    for (const auto table :
         connection.exec_script("SELECT tablename::text FROM pg_tables WHERE schemaname = 'loomgate'")) {
      const auto name = std::string(table.raw(0));
      for (const auto row : connection.exec_script(
               "SELECT t::text, encode(convert_to(t::text, 'UTF8'), 'escape') FROM loomgate." + name + " t")) {
        text += std::string(row.raw(0)) + "\n";
      }
    }
    return text;
  }
  static std::string hex(const std::string& text) {
    std::string made;
    for (const unsigned char c : text) made += fmt::format("{:02x}", c);
    return made;
  }

  TestDatabase database_;
  LoomgateDaemon daemon_;
};

TEST_F(SecretsTest, NoneIsLoggedOrStoredInClear) {
  daemon_.options().env = {{"WFM_LOG_LEVEL", "trace"}};
  daemon_.start();
  auto api = daemon_.client();
  api.sign_in("blue horse, old battery");
  std::map<std::string, std::string> secrets = {{"password", "blue horse, old battery"},
                                                {"first session", api.bearer()}};
  const auto config = api.post("/api/v1/configs", R"({"name":"mesh","virtual_subnet":"10.66.0.0/24"})").text("data.id");
  std::vector<std::string> nodes;
  for (const char* name : {"alpha", "beta"}) {
    const auto node = api.post("/api/v1/configs/" + config + "/nodes",
                               fmt::format(R"({{"name":"{}","virtual_ip":"10.66.0.{}"}})", name, nodes.size() + 1));
    nodes.push_back(node.text("data.id"));
    secrets[std::string("private key of ") + name] = node.text("data.private_key");
  }
  const auto psk = api.post("/api/v1/peer-links/psk/generate").text("data.preshared_key");
  const auto link = api.post(
      "/api/v1/configs/" + config + "/peer-links",
      fmt::format(
          R"({{"local_node_id":"{}","peer_node_id":"{}","preshared_key":"{}",)"
          R"("forward":{{"local_node_id":"{}","peer_node_id":"{}","allowed_ips":"10.66.0.2/32","endpoint_mode":"none"}},)"
          R"("reverse":{{"local_node_id":"{}","peer_node_id":"{}","allowed_ips":"10.66.0.1/32","endpoint_mode":"none"}}}})",
          nodes[0], nodes[1], psk, nodes[0], nodes[1], nodes[1], nodes[0]));
  EXPECT_EQ(link.status, 200) << link.body;
  secrets["preshared key"] = psk;
  const auto token =
      api.post("/api/v1/configs/" + config + "/nodes/" + nodes[0] + "/bind-command", "{}").text("data.token");
  secrets["bind token"] = token;
  const auto bound = api.post("/api/client/v1/bind", fmt::format(R"({{"token":"{}"}})", token));
  secrets["MQTT password"] = bound.text("data.mqtt.password");
  EXPECT_NE(bound.text("data.desired_conf").find(secrets["private key of alpha"]), std::string::npos);
  api.post("/api/v1/auth/login", R"({"username":"admin","password":"a wrong guess"})");
  secrets["wrong password"] = "a wrong guess";
  const auto changed = api.post("/api/v1/auth/password",
                                R"({"current_password":"blue horse, old battery","new_password":"another password"})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  secrets["new password"] = "another password";
  secrets["second session"] = changed.text("data.access_token");
  std::ifstream key_file(daemon_.file("data") / "master.key");
  const std::string key(std::istreambuf_iterator<char>(key_file), {});
  secrets["master key"] = key.substr(key.find(':') + 1, 44);
  daemon_.stop();

  const auto log = daemon_.log();
  const auto tables = all_tables();
  ASSERT_GT(tables.size(), 1000U);
  for (const auto& [what, secret] : secrets) {
    ASSERT_GE(secret.size(), 6U) << what;
    EXPECT_EQ(log.find(secret), std::string::npos) << what << " stands in the log";
    EXPECT_EQ(tables.find(secret), std::string::npos) << what << " stands in a table";
    EXPECT_EQ(tables.find(hex(secret)), std::string::npos) << what << " stands in a table as bytes";
  }
}

}  // namespace
}  // namespace loomgate::harness
