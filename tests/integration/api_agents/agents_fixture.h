// SPDX-License-Identifier: Apache-2.0
// A daemon with MQTT on, an administrator, one config with two nodes. No broker unless a test brings one.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <optional>

#include "tests/harness/daemon.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::harness {

class AgentsTest : public testing::Test {
 protected:
  AgentsTest()
      : database_(shared_cluster().fresh_database()), daemon_({.dsn = database_.dsn(), .mqtt_port = kNobodysPort}) {}

  void start(std::vector<std::pair<std::string, std::string>> env = {}) {
    daemon_.options().env = std::move(env);
    daemon_.start();
    api_.emplace(daemon_.client());
    api_->sign_in();
    const auto config = api_->post("/api/v1/configs", R"({"name":"mesh","virtual_subnet":"10.66.0.0/24"})");
    config_ = config.text("data.id");
    ASSERT_FALSE(config_.empty()) << config.body;
    node_ = make_node("alpha", "10.66.0.1");
    other_ = make_node("beta", "10.66.0.2");
  }

  std::string make_node(const std::string& name, const std::string& ip, const std::string& more = "") {
    const auto made = api_->post("/api/v1/configs/" + config_ + "/nodes",
                                 fmt::format(R"({{"name":"{}","virtual_ip":"{}"{}}})", name, ip, more));
    const auto id = made.text("data.id").empty() ? made.text("data.node.id") : made.text("data.id");
    EXPECT_FALSE(id.empty()) << made.body;
    return id;
  }

  std::string path(const std::string& rest, const std::string& node = "") const {
    return "/api/v1/configs/" + config_ + "/nodes/" + (node.empty() ? node_ : node) + "/" + rest;
  }
  std::string bind_token(const std::string& node = "") {
    const auto made = api_->post(path("bind-command", node), R"({"server_url":"https://mesh.example/"})");
    EXPECT_EQ(made.status, 200) << made.body;
    return made.text("data.token");
  }
  static std::string bind_body(const std::string& token) {
    return fmt::format(R"({{"token":"{}","hostname":"box","platform":"linux","client_version":"0.2.3"}})", token);
  }
  ApiAnswer bind(const std::string& token) { return daemon_.client().post("/api/client/v1/bind", bind_body(token)); }
  std::string error_of(const ApiAnswer& answer) { return fmt::format("{} {}", answer.status, answer.error_code()); }

  std::string sql(const std::string& query) const {
    auto connection = connect(database_.dsn());
    const auto rows = connection.exec_script(query);
    return rows.empty() || rows[0].is_null(0) ? "" : std::string(rows[0].raw(0));
  }

  TestDatabase database_;
  LoomgateDaemon daemon_;
  std::optional<ApiClient> api_;
  std::string config_, node_, other_;
};

}  // namespace loomgate::harness
