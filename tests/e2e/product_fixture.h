// SPDX-License-Identifier: Apache-2.0
// The whole product: PostgreSQL, Mosquitto with the plugin, one or two daemons, and a simulated agent bound over HTTP.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/harness/agent_simulator.h"
#include "tests/harness/broker.h"
#include "tests/harness/daemon.h"
#include "tests/harness/eventually.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::harness {

class ProductTest : public testing::Test {
 protected:
  ProductTest()
      : database_(shared_cluster().fresh_database()),
        broker_(broker_with_plugin(database_.broker_dsn())),
        first_({.dsn = database_.dsn(), .env = {{"LOOMGATE_INSTANCE", "first"}}}) {}

  void SetUp() override {
    broker_.start();
    first_.options().mqtt_port = broker_.port();
    first_.start();
    api_.emplace(first_.client());
    api_->sign_in();
    ASSERT_TRUE(eventually(kPatience, [&] { return link_is_up(*api_); })) << first_.log();
    config_ = api_->post("/api/v1/configs", R"({"name":"lab"})").text("data.id");
    gateway_ = make_node(R"({"name":"gw1","ipv4_address":"192.0.2.1"})");
    leaf_ = make_node(R"({"name":"laptop"})");
    link(leaf_, gateway_);
  }

  std::string make_node(const std::string& body) {
    const auto made = api_->post("/api/v1/configs/" + config_ + "/nodes", body);
    EXPECT_EQ(made.status, 200) << made.body;
    return made.text("data.id");
  }

  void link(const std::string& local, const std::string& peer) {
    const auto draft = api_->get(path(local, "peer-link-draft?peer_node_id=" + peer));
    ASSERT_EQ(draft.status, 200) << draft.body;
    const auto made = api_->post("/api/v1/configs/" + config_ + "/peer-links",
                                 fmt::format(R"({{"forward":{},"reverse":{}}})", draft.at("data.forward")->dump(),
                                             draft.at("data.reverse")->dump()));
    ASSERT_EQ(made.status, 200) << made.body;
  }

  std::string path(const std::string& node, const std::string& rest) const {
    return "/api/v1/configs/" + config_ + "/nodes/" + node + "/" + rest;
  }

  // Binds the node as wfmctl does and returns what the agent needs to connect.
  AgentIdentity bind(const std::string& node) {
    const auto command = api_->post(path(node, "bind-command"), "{}");
    const auto answer = first_.client().post(
        "/api/client/v1/bind", fmt::format(R"({{"token":"{}","hostname":"box","platform":"linux"}})", command.text("data.token")));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return {config_, node, answer.text("data.mqtt.password"), answer.text("data.mqtt.client_id")};
  }

  SimulatedAgent& connect_agent(const std::string& node, std::function<Reaction(const Received&)> react = {}) {
    auto& agent = fleet_.add(bind(node), {.port = broker_.port(), .react = std::move(react)});
    agent.connect();
    return agent;
  }

  ApiAnswer preview(const std::string& node) { return api_->get(path(node, "wg-preview")); }
  ApiAnswer sync_status(ApiClient& api, const std::string& node) { return api.get(path(node, "sync-status")); }
  static bool confirmed(const ApiAnswer& status) {
    return !status.text("data.confirmed_sha256").empty() &&
           status.text("data.confirmed_sha256") == status.text("data.staged_sha256") &&
           status.integer("data.confirmed_version") == status.integer("data.staged_version");
  }
  bool gets_confirmed(ApiClient& api, const std::string& node) {
    return eventually(kPatience, [&] { return confirmed(sync_status(api, node)); });
  }
  // The text of the newest push that the agent received.
  static std::string pushed_text(const SimulatedAgent& agent) {
    std::string text;
    for (const auto& message : pushes(agent)) {
      const auto parsed = json::parse(message.body);
      if (parsed.value) text = parsed.value->view().find("payload")->find("config_text")->string();
    }
    return text;
  }
  static std::vector<Received> pushes(const SimulatedAgent& agent) {
    auto messages = agent.received();
    std::erase_if(messages, [](const Received& message) { return message.suffix != "config/push"; });
    return messages;
  }

  bool link_is_up(ApiClient& api) { return api.get("/readyz").status == 200 && leader_session().has_value(); }
  // The epoch of the deployment's open session at the broker: it grows with every daemon that takes the session over.
  std::optional<std::int64_t> leader_session() const {
    auto connection = connect(database_.dsn());
    const auto rows = connection.exec_script(
        "SELECT epoch FROM broker_sessions WHERE ended_at IS NULL AND client_id LIKE 'wfm-server-%'");
    if (rows.empty()) return std::nullopt;
    return rows[0].get<std::int64_t>(0);
  }
  std::string sql(const std::string& query) const {
    auto connection = connect(database_.dsn());
    const auto rows = connection.exec_script(query);
    return rows.empty() || rows[0].is_null(0) ? "" : std::string(rows[0].raw(0));
  }

  TestDatabase database_;
  MosquittoBroker broker_;
  LoomgateDaemon first_;
  AgentFleet fleet_;
  std::optional<ApiClient> api_;
  std::string config_, gateway_, leaf_;
};

}  // namespace loomgate::harness
