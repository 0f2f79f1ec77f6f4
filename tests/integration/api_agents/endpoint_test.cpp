// SPDX-License-Identifier: Apache-2.0
// Endpoint status, logs, control, reset (spec http-api 4.6, 6.7, 11.21; domain 9.4 to 9.6).
#include <map>

#include "tests/integration/api_agents/agents_fixture.h"

namespace loomgate::harness {
namespace {

class EndpointTest : public AgentsTest {
 protected:
  std::string control(const std::string& action, const std::string& node = "") {
    const auto answer = api_->post(path("endpoint/control", node), fmt::format(R"({{"action":"{}"}})", action));
    return answer.status == 200 ? "ok" : error_of(answer);
  }
  // As if the leader had a broker connection: what a standby daemon would show. Heard of lately, or the leader of this test
  // would take the node for silent.
  void show_online(const std::string& node) {
    sql("UPDATE loomgate.node_runtime SET online = true, connectivity_state = 'online', wg_running = true, "
        "wg_runtime_state = 'running', "
        "client_presence_state = 'online', last_seen = now(), last_reachable_at = now(), peers_online = 1, peers_total = 2, "
        "heartbeat_client_online = true, "
        "last_connectivity_reason = 'client-heartbeat' WHERE node_id = '" +
        node + "'");
  }
};

TEST_F(EndpointTest, StatusOfADynamicNode) {
  start();
  ASSERT_EQ(bind(bind_token()).status, 200);
  show_online(node_);
  const auto status = api_->get(path("endpoint/status"));
  ASSERT_EQ(status.status, 200) << status.body;
  EXPECT_EQ(status.text("data.node.id"), node_);
  EXPECT_EQ(status.text("data.runtime.id"), "rt_" + node_.substr(5));
  EXPECT_TRUE(status.boolean("data.runtime.online"));
  EXPECT_EQ(status.text("data.runtime.wg_runtime_state"), "running");
  EXPECT_EQ(status.integer("data.runtime.peers_total"), 2);
  EXPECT_TRUE(status.boolean("data.client_state.client_initialized"));
  EXPECT_EQ(status.text("data.client_state.client_version_label"), "Linux 0.2.3");
  EXPECT_EQ(status.text("data.client_state.mqtt_username"), node_);
  EXPECT_TRUE(status.at("data.client_state.last_will_at")->is(json::Type::kNull));
  EXPECT_TRUE(status.boolean("data.mqtt_service.enabled"));
  EXPECT_FALSE(status.boolean("data.mqtt_service.connected")) << "there is no broker in this test";
  EXPECT_GE(status.integer("data.config_state.staged_version"), 1);
  EXPECT_EQ(status.text("data.config_state.server_apply_status"), "in_sync");
  EXPECT_EQ(status.text("data.config_state.wg_config_version_state"), "pending");
  EXPECT_TRUE(status.at("data.last_control")->is(json::Type::kNull));
  for (const char* secret : {"mqtt_hash", "mqtt_salt", "bind_token"})
    EXPECT_EQ(status.body.find(secret), std::string::npos);
}

TEST_F(EndpointTest, AProbeBatchSaysWhoIsNotAskedAndWhy) {
  start();
  ASSERT_EQ(bind(bind_token()).status, 200);
  const auto fixed = make_node("printer", "10.66.0.9", R"(,"node_type":"static")");
  const auto disabled = make_node("spare", "10.66.0.10", R"(,"enabled":false)");
  const auto probe = [&](const std::string& body) {
    return api_->post("/api/v1/configs/" + config_ + "/endpoint/probe-batch", body);
  };
  const auto everybody = probe("{}");
  ASSERT_EQ(everybody.status, 200) << everybody.body;
  EXPECT_EQ(everybody.at("data.dispatched")->size(), 0U) << "there is no broker in this test";
  std::map<std::string, std::string> reasons;
  for (const auto item : everybody.at("data.skipped")->items())
    reasons.emplace(item.find("node_id")->string(), item.find("reason")->string());
  EXPECT_EQ(reasons, (std::map<std::string, std::string>{
                         {node_, "broker-unreachable"}, {other_, "not-bound"}, {fixed, "static"}, {disabled, "disabled"}}));
  const auto one = probe(fmt::format(R"({{"node_ids":["{}","node_000000000000"]}})", fixed));
  EXPECT_EQ(one.at("data.skipped")->size(), 1U) << "unknown ids are ignored";
  EXPECT_EQ(error_of(api_->post("/api/v1/configs/cfg_000000000000/endpoint/probe-batch", "{}")), "404 CONFIG_NOT_FOUND");
}

TEST_F(EndpointTest, StaticNodesAreShownSilent) {
  start();
  const auto fixed = make_node("printer", "10.66.0.9", R"(,"node_type":"static")");
  show_online(fixed);
  const auto status = api_->get(path("endpoint/status", fixed));
  EXPECT_FALSE(status.boolean("data.runtime.online"));
  EXPECT_EQ(status.text("data.runtime.connectivity_state"), "offline");
  EXPECT_EQ(status.text("data.runtime.wg_runtime_state"), "unknown");
  EXPECT_EQ(status.text("data.runtime.last_connectivity_reason"), "static-node");
  EXPECT_TRUE(status.at("data.runtime.last_seen")->is(json::Type::kNull));
  EXPECT_EQ(status.integer("data.runtime.peers_total"), 2) << "peers stay";
  EXPECT_EQ(status.at("data.client_state")->dump(),
            R"({"client_initialized":false,"client_presence_state":"offline"})");
  EXPECT_EQ(status.text("data.config_state.wg_config_version_state"), "latest");
}

TEST_F(EndpointTest, DisabledNodesHaveNoStatusButASnapshotRow) {
  start();
  show_online(node_);
  show_online(other_);
  sql("UPDATE loomgate.nodes SET enabled = false WHERE id = '" + other_ + "'");
  EXPECT_EQ(error_of(api_->get(path("endpoint/status", other_))), "409 NODE_DISABLED");
  const auto snapshot = api_->get("/api/v1/configs/" + config_ + "/endpoint/runtime-snapshot");
  ASSERT_EQ(snapshot.at("data")->size(), 2U) << snapshot.body;
  EXPECT_EQ(snapshot.text("data.0.node_name"), "alpha");
  EXPECT_TRUE(snapshot.boolean("data.0.online"));
  EXPECT_EQ(snapshot.text("data.1.connectivity_state"), "unknown");
  EXPECT_EQ(snapshot.text("data.1.config_sync_state"), "unknown");
  EXPECT_EQ(snapshot.integer("data.1.peers_total"), 0);
  EXPECT_FALSE(snapshot.boolean("data.1.online"));
}

TEST_F(EndpointTest, LookUpErrors) {
  start();
  const auto elsewhere =
      api_->post("/api/v1/configs", R"({"name":"other","virtual_subnet":"10.67.0.0/24"})").text("data.id");
  for (const char* what : {"endpoint/status", "endpoint/logs"}) {
    EXPECT_EQ(error_of(api_->get("/api/v1/configs/cfg_000000000000/nodes/" + node_ + "/" + what)),
              "404 CONFIG_NOT_FOUND");
    EXPECT_EQ(error_of(api_->get(path(what, "node_000000000000"))), "404 NODE_NOT_FOUND");
    EXPECT_EQ(error_of(api_->get("/api/v1/configs/" + elsewhere + "/nodes/" + node_ + "/" + what)),
              "400 NODE_CONFIG_MISMATCH");
  }
  sql("DELETE FROM loomgate.node_runtime WHERE node_id = '" + node_ + "'");
  EXPECT_EQ(error_of(api_->get(path("endpoint/status"))), "404 RUNTIME_NOT_FOUND");
  sql("DELETE FROM loomgate.node_config_state WHERE node_id = '" + other_ + "'");
  EXPECT_EQ(error_of(api_->get(path("endpoint/status", other_))), "404 NODE_STATE_NOT_FOUND");
}

TEST_F(EndpointTest, ControlErrors) {
  start();
  EXPECT_EQ(control("start"), "503 MQTT_CONTROL_UNAVAILABLE") << "there is no broker in this test";
  EXPECT_EQ(control("explode"), "422 VALIDATION_ERROR");
  EXPECT_EQ(error_of(api_->post(path("endpoint/control"), "{}")), "422 VALIDATION_ERROR");
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.commands"), "1") << "bad input leaves nothing behind";
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.outbox"), "0");
  sql("UPDATE loomgate.nodes SET enabled = false WHERE id = '" + other_ + "'");
  EXPECT_EQ(control("stop", other_), "409 NODE_DISABLED");
  const auto fixed = make_node("printer", "10.66.0.9", R"(,"node_type":"static")");
  EXPECT_EQ(control("wg_show", fixed), "400 INVALID_ACTION");
  sql("UPDATE loomgate.node_config_state SET staged_sha256 = '', staged_version = 0 WHERE node_id = '" + node_ + "'");
  EXPECT_EQ(control("push_config"), "409 NO_STAGED_CONFIG");
}

TEST_F(EndpointTest, WhatCouldNotBeSentStandsInTheLogAsFailed) {
  start();
  EXPECT_EQ(control("start"), "503 MQTT_CONTROL_UNAVAILABLE");
  sql("UPDATE loomgate.node_config_state SET staged_sha256 = '', staged_version = 0 WHERE node_id = '" + node_ + "'");
  EXPECT_EQ(control("push_config"), "409 NO_STAGED_CONFIG");
  const auto logs = api_->get(path("endpoint/logs"));
  ASSERT_EQ(logs.at("data")->size(), 2U) << logs.body;
  EXPECT_EQ(logs.text("data.0.action") + " " + logs.text("data.0.status"), "push_config failed");
  EXPECT_EQ(logs.text("data.1.action") + " " + logs.text("data.1.status"), "start failed");
  EXPECT_EQ(logs.text("data.1.detail"), "The broker cannot be reached now");
}

TEST_F(EndpointTest, LogsAreNewestFirstAndCut) {
  start();
  sql("INSERT INTO loomgate.commands (id, request_id, config_id, node_id, action, status, requested_by, summary, "
      "requested_at, created_at) "
      "SELECT 'elog_' || lpad(to_hex(i), 12, '0'), lpad(to_hex(i), 32, '0'), '" +
      config_ + "', '" + node_ +
      "', 'start', 'acked', 'admin', "
      "'number ' || i, now() - make_interval(secs => 200 - i), now() - make_interval(secs => 200 - i) FROM "
      "generate_series(1, 60) i");
  sql("INSERT INTO loomgate.agent_events (id, request_id, config_id, node_id, event, summary, detail) VALUES "
      "('elog_ffffffffffff', '" +
      std::string(32, 'f') + "', '" + config_ + "', '" + node_ +
      "', 'command_output', "
      "'Client event: command_output', E'request_id=abc\\ninterface: wg0')");
  const auto logs = api_->get(path("endpoint/logs"));
  ASSERT_EQ(logs.status, 200) << logs.body;
  EXPECT_EQ(logs.at("data")->size(), 50U);
  EXPECT_EQ(logs.text("data.0.action"), "event");
  EXPECT_EQ(logs.text("data.0.status"), "acked");
  EXPECT_EQ(logs.text("data.0.requested_by"), "client");
  EXPECT_EQ(logs.text("data.0.detail").substr(0, 14), "request_id=abc");
  EXPECT_EQ(logs.text("data.1.summary"), "number 60");
  EXPECT_EQ(api_->get(path("endpoint/logs", other_)).at("data")->size(), 0U);
}

TEST_F(EndpointTest, CommandsOfAnEarlierDeviceAreGivenUp) {
  start();
  ASSERT_EQ(bind(bind_token()).status, 200);
  int number = 0;
  const auto put_command = [&] {
    const auto request_id = fmt::format("{:032x}", ++number);
    sql(fmt::format("INSERT INTO loomgate.commands (id, request_id, config_id, node_id, action, requested_by) VALUES "
                    "('elog_{:012x}', '{}', '{}', '{}', 'start', 'admin'); "
                    "INSERT INTO loomgate.outbox (kind, target, lane) VALUES ('publish', '{}', '{}')",
                    number, request_id, config_, node_, request_id, node_));
  };
  put_command();
  ASSERT_EQ(bind(bind_token()).status, 200);
  auto logs = api_->get(path("endpoint/logs"));
  EXPECT_EQ(logs.text("data.0.status"), "failed");
  EXPECT_EQ(logs.text("data.0.summary"), "the client was bound again");
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.outbox"), "0") << "the new device is told nothing of it";
  put_command();
  ASSERT_EQ(api_->post(path("reset-client")).status, 200);
  logs = api_->get(path("endpoint/logs"));
  EXPECT_EQ(logs.text("data.0.status"), "failed");
  EXPECT_EQ(logs.text("data.0.summary"), "the client was reset");
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.outbox"), "0");
}

TEST_F(EndpointTest, ResetForgetsTheDevice) {
  start();
  ASSERT_EQ(bind(bind_token()).status, 200);
  show_online(node_);
  sql("UPDATE loomgate.node_config_state SET confirmed_sha256 = staged_sha256, confirmed_version = staged_version, "
      "reported_local_sha256 = staged_sha256, reported_local_version = 1 WHERE node_id = '" +
      node_ + "'");
  const auto reset = api_->post(path("reset-client"));
  ASSERT_EQ(reset.status, 200) << reset.body;
  EXPECT_FALSE(reset.boolean("data.client_state.client_initialized"));
  EXPECT_EQ(reset.text("data.client_state.mqtt_username"), "");
  EXPECT_EQ(reset.text("data.client_state.mqtt_client_id"), "");
  EXPECT_EQ(reset.text("data.client_state.client_presence_state"), "offline");
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.access WHERE node_id = '" + node_ + "'"), "0")
      << "no broker lets it in any more";
  EXPECT_EQ(
      sql("SELECT mqtt_hash IS NULL AND mqtt_salt IS NULL FROM loomgate.node_clients WHERE node_id = '" + node_ + "'"),
      "t");
  const auto status = api_->get(path("endpoint/status"));
  EXPECT_FALSE(status.boolean("data.runtime.online"));
  EXPECT_EQ(status.text("data.runtime.last_connectivity_reason"), "client-reset");
  EXPECT_EQ(status.text("data.config_state.confirmed_sha256"), "");
  EXPECT_EQ(status.text("data.config_state.reported_local_sha256"), "");
  EXPECT_EQ(status.integer("data.config_state.confirmed_version"), 0);
  EXPECT_EQ(bind(bind_token()).status, 200) << "it can be bound again";
}

TEST_F(EndpointTest, ResetErrors) {
  start();
  EXPECT_EQ(error_of(api_->post(path("reset-client", "node_000000000000"))), "404 NODE_NOT_FOUND");
  sql("UPDATE loomgate.nodes SET enabled = false WHERE id = '" + node_ + "'");
  EXPECT_EQ(error_of(api_->post(path("reset-client"))), "409 NODE_DISABLED");
}

TEST_F(EndpointTest, MqttOffShowsEverythingStatic) {
  daemon_.options().mqtt_port = 0;
  daemon_.start();
  api_.emplace(daemon_.client());
  api_->sign_in();
  EXPECT_FALSE(api_->get("/api/v1/system/health").boolean("data.mqtt_services_enabled"));
  config_ = api_->post("/api/v1/configs", R"({"name":"mesh","virtual_subnet":"10.66.0.0/24"})").text("data.id");
  node_ = make_node("alpha", "10.66.0.1", R"(,"node_type":"static")");
  sql("UPDATE loomgate.nodes SET node_type = 'dynamic'");
  const auto status = api_->get(path("endpoint/status"));
  EXPECT_EQ(status.text("data.node.node_type"), "static");
  EXPECT_EQ(status.text("data.mqtt_service.status"), "disabled");
  EXPECT_EQ(status.text("data.runtime.last_connectivity_reason"), "static-node");
  EXPECT_EQ(error_of(api_->get(path("endpoint/logs"))), "409 MQTT_DISABLED");
  EXPECT_EQ(control("start"), "409 MQTT_DISABLED");
}

}  // namespace
}  // namespace loomgate::harness
