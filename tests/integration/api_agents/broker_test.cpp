// SPDX-License-Identifier: Apache-2.0
// Binding against a real broker with the plugin: the credentials work at once, and what takes them away takes effect.
#include "tests/harness/broker.h"
#include "tests/harness/mqtt_client.h"
#include "tests/integration/api_agents/agents_fixture.h"

namespace loomgate::harness {
namespace {

class BoundDeviceTest : public AgentsTest {
 protected:
  BoundDeviceTest() : broker_(broker_with_plugin(database_.broker_dsn())) {}

  void SetUp() override {
    broker_.start();
    daemon_.options().mqtt_port = broker_.port();
    start();
    ASSERT_TRUE(eventually(kPatience, [&] {
      return api_->get(path("endpoint/status")).boolean("data.mqtt_service.connected");
    })) << daemon_.log();
    answer_ = bind(bind_token());
    ASSERT_EQ(answer_.status, 200) << answer_.body;
  }

  MqttClient device() const {
    return MqttClient({.port = static_cast<int>(answer_.integer("data.mqtt.port")),
                       .client_id = answer_.text("data.mqtt.client_id"),
                       .username = answer_.text("data.mqtt.username"),
                       .password = answer_.text("data.mqtt.password"),
                       .session_expiry = {},
                       .will = {}});
  }
  // A broker that is busy may refuse a credential that is some milliseconds old; devices try again, and so do we.
  bool gets_in(std::optional<MqttClient>& agent) const {
    return eventually(kPatience, [&] {
      agent.emplace(device());
      return agent->connect() == kAccepted;
    });
  }
  std::string event(const std::string& name) const {
    return fmt::format(
        R"({{"type":"event","request_id":"","config_id":"{}","node_id":"{}","client_id":"wfm-{}","boot_id":"boot-1",)"
        R"("session_id":"session-1","payload":{{"event":"{}","message":""}}}})",
        config_, node_, node_, name);
  }
  std::string presence() { return api_->get(path("endpoint/status")).text("data.client_state.client_presence_state"); }

  MosquittoBroker broker_;
  ApiAnswer answer_;
};

TEST_F(BoundDeviceTest, CredentialsWorkAtOnceAndTheDeviceIsSeen) {
  std::optional<MqttClient> agent;
  ASSERT_TRUE(gets_in(agent));
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(agent->subscribe(answer_.text(fmt::format("data.mqtt.topics.subscribe.{}", i))), 1) << i;
  EXPECT_EQ(agent->publish(answer_.text("data.mqtt.topics.publish.4"), event("online")), kAccepted);
  EXPECT_TRUE(eventually(kPatience, [&] { return presence() == "online"; })) << daemon_.log();
  const auto pushed = agent->next_message(kPatience);
  ASSERT_TRUE(pushed.has_value()) << "what is staged is pushed to a device that came";
  EXPECT_EQ(pushed->topic, answer_.text("data.mqtt.topics.subscribe.0"));
}

TEST_F(BoundDeviceTest, AnswerOfACommandAppearsAmongTheLogs) {
  // The device has the text already, so that no push comes between the command and its answer.
  sql("UPDATE loomgate.node_config_state SET confirmed_sha256 = staged_sha256, confirmed_version = staged_version");
  std::optional<MqttClient> agent;
  ASSERT_TRUE(gets_in(agent));
  ASSERT_EQ(agent->subscribe(answer_.text("data.mqtt.topics.subscribe.3")), 1);
  ASSERT_EQ(agent->publish(answer_.text("data.mqtt.topics.publish.4"), event("online")), kAccepted);
  ASSERT_TRUE(eventually(kPatience, [&] { return api_->get(path("endpoint/logs")).text("data.0.action") == "event"; }));
  const auto started = api_->post(path("endpoint/control"), R"({"action":"wg_show"})");
  ASSERT_EQ(started.status, 200) << started.body;
  EXPECT_EQ(started.text("data.request_id").size(), 32U);
  EXPECT_NE(started.text("data.message"), "");
  const auto asked = agent->next_message(kPatience);
  ASSERT_TRUE(asked.has_value());
  EXPECT_NE(asked->payload.find(started.text("data.request_id")), std::string::npos);
  const auto logs = api_->get(path("endpoint/logs"));
  EXPECT_EQ(logs.text("data.0.action"), "wg_show");
  EXPECT_EQ(logs.text("data.0.status"), "pending");
  EXPECT_EQ(logs.text("data.0.requested_by"), "admin");
  EXPECT_EQ(api_->get(path("endpoint/status")).text("data.last_control.request_id"), started.text("data.request_id"));
}

TEST_F(BoundDeviceTest, conformance_21_ANewBindEndsTheOldConnection) {
  std::optional<MqttClient> old_device;
  ASSERT_TRUE(gets_in(old_device));
  const auto again = bind(bind_token());
  ASSERT_EQ(again.status, 200);
  EXPECT_TRUE(old_device->wait_closed(kPatience));
  EXPECT_EQ(device().connect(), kNotAuthorized) << "the old password";
  answer_ = again;
  EXPECT_TRUE(gets_in(old_device));
}

TEST_F(BoundDeviceTest, conformance_20_ResetEndsTheConnectionAndTheRight) {
  std::optional<MqttClient> agent;
  ASSERT_TRUE(gets_in(agent));
  ASSERT_EQ(api_->post(path("reset-client")).status, 200);
  EXPECT_TRUE(agent->wait_closed(kPatience));
  EXPECT_EQ(device().connect(), kNotAuthorized);
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.node_clients WHERE node_id = '" + node_ +
                "' AND (client_initialized OR mqtt_hash IS NOT NULL)"),
            "0");

  const auto again = bind(bind_token());
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(device().connect(), kNotAuthorized) << "the old password stays void";
  answer_ = again;
  EXPECT_TRUE(gets_in(agent));
}

}  // namespace
}  // namespace loomgate::harness
