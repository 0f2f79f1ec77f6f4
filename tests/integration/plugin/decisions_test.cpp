// SPDX-License-Identifier: Apache-2.0
// The decision vectors of mqtt.md 16, at CONNECT, SUBSCRIBE, PUBLISH and delivery of a real broker.
#include "tests/integration/plugin/fixture.h"

namespace loomgate::plugin_tests {
namespace {

using namespace harness;

class Decisions : public PluginTest {
 protected:
  void SetUp() override {
    PluginTest::SetUp();
    start_broker();
  }
};

const std::vector<std::string> kDownstream{"config/push", "control", "detect", "info"};
const std::vector<std::string> kUpstream{"config/push/ack", "control/ack", "detect/ack",
                                         "info/ack",        "event",       "heartbeat"};

std::vector<std::string> topics(const std::vector<std::string>& suffixes) {
  std::vector<std::string> all;
  for (const std::string& suffix : suffixes) all.push_back(topic(suffix));
  return all;
}

TEST_F(Decisions, conformance_09_TheStartUpSequenceOfTheAgentPasses) {
  MqttClientOptions options = device();
  options.clean_start = false;  // as the Go client sends it: Clean Start 0, no session expiry
  MqttClient client = connected(options);
  EXPECT_FALSE(client.session_present());
  EXPECT_EQ(client.subscribe(topics(kDownstream)), std::vector<int>(4, 1));
  for (const std::string& upstream : topics(kUpstream)) EXPECT_LT(client.publish(upstream, "{}"), 128) << upstream;
  EXPECT_EQ(client.unsubscribe(topic("control")), 0);
}

TEST_F(Decisions, conformance_09_ADeviceIsRefusedEverythingElse) {
  MqttClient client = connected(device());
  for (const std::string& filter :
       {topic("control/ack"), topic("event"), topic("+"), topic("#"), std::string("#"), std::string("wfm/#"),
        std::string("wfm/+/+/control"), "$share/g/" + topic("control"), std::string("$SYS/broker/uptime"),
        topic("control", "node_dddddddddddd"), topic("control", kNode, "cfg_cccccccccccc"), "/" + topic("control"),
        topic("control/")}) {
    EXPECT_EQ(client.subscribe(filter), kNotAuthorized) << filter;
  }
  for (const std::string& name : {topic("control"), topic("config/push"), topic("event", kNode, "cfg_cccccccccccc"),
                                  topic("event", "node_dddddddddddd"), topic("event/"), std::string("weather")}) {
    EXPECT_EQ(client.publish(name, "{}"), kNotAuthorized) << name;
  }
  EXPECT_EQ(client.publish(topic("event"), "{}", 1, true), kNotAuthorized) << "retained";
  EXPECT_TRUE(client.connected()) << "a denied action must not end the connection";
}

TEST_F(Decisions, APublishWithQos2OfADeviceIsDropped) {
  MqttClient server = connected(daemon());
  ASSERT_EQ(server.subscribe("wfm/+/+/event"), 1);
  MqttClient client = connected(device());
  client.publish(topic("event"), "two", 2);
  EXPECT_LT(client.publish(topic("event"), "one", 1), 128);
  const auto first = server.next_message(kPatience);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->payload, "one");
}

TEST_F(Decisions, OneSubscribePacketIsAnsweredFilterByFilter) {
  MqttClient client = connected(device());
  EXPECT_EQ(client.subscribe({topic("control"), topic("#"), topic("info")}), (std::vector<int>{1, kNotAuthorized, 1}));
}

TEST_F(Decisions, Mqtt311ClientsAreServedAndRefused) {
  MqttClientOptions options = device();
  options.protocol = 4;
  MqttClient client = connected(options);
  EXPECT_EQ(client.subscribe(topic("control")), 1);
  EXPECT_EQ(client.subscribe(topic("event")), kSubackFailureV311);
  options.password = "wrong";
  EXPECT_EQ(try_connect(options), kRefusedByV311);
}

TEST_F(Decisions, conformance_10_a_wrong_client_id_is_refused_at_connect) {
  bind(node_name(1), "other");
  MqttClient owner = connected(device(node_name(1), "other"));
  for (const std::string client_id :
       {"wfm-node_dddddddddddd", "wfm-node_000000000001", "WFM-node_aaaaaaaaaaaa", "node_aaaaaaaaaaaa", "wfm-server-test"}) {
    MqttClientOptions options = device();
    options.client_id = client_id;
    EXPECT_EQ(try_connect(options), kNotAuthorized) << client_id;
  }
  EXPECT_TRUE(owner.connected()) << "nobody can throw it out by taking its client id";
}

TEST_F(Decisions, CredentialsMustBelongTogether) {
  EXPECT_EQ(try_connect(device(kNode, "wrong")), kNotAuthorized);
  EXPECT_EQ(try_connect(device(kNode, "")), kNotAuthorized);
  EXPECT_EQ(try_connect(device("node_dddddddddddd")), kNotAuthorized);
  MqttClientOptions without_password = device();
  without_password.password.reset();
  EXPECT_EQ(try_connect(without_password), kNotAuthorized);
  MqttClientOptions without_name = device();
  without_name.username.reset();
  without_name.password.reset();
  EXPECT_EQ(try_connect(without_name), kNotAuthorized);
  EXPECT_EQ(try_connect(device()), kAccepted);
}

TEST_F(Decisions, conformance_09_WhatMayNotConnectInTheDatabaseMayNotConnectHere) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"UPDATE nodes SET enabled = false", "UPDATE nodes SET enabled = true"},
      {"UPDATE nodes SET node_type = 'static'", "UPDATE nodes SET node_type = 'dynamic'"},
      {"UPDATE configs SET enabled = false", "UPDATE configs SET enabled = true"},
      {"UPDATE node_clients SET client_initialized = false", "UPDATE node_clients SET client_initialized = true"},
      {"INSERT INTO settings (key, value) VALUES ('mqtt_services_enabled', 'false')", "DELETE FROM settings"},
  };
  for (const auto& [take, give] : cases) {
    sql(take);
    EXPECT_TRUE(soon([&] { return try_connect(device()) == kNotAuthorized; })) << take;
    sql(give);
    EXPECT_TRUE(soon([&] { return try_connect(device()) == kAccepted; })) << give;
  }
  sql("DELETE FROM nodes");
  EXPECT_TRUE(soon([&] { return try_connect(device()) == kNotAuthorized; }));
}

TEST_F(Decisions, conformance_09_TheDaemonTalksToEveryDeviceAndHasNoOtherRight) {
  MqttClient server = connected(daemon());
  MqttClient client = connected(device());
  ASSERT_EQ(client.subscribe(topics(kDownstream)), std::vector<int>(4, 1));
  std::vector<std::string> filters;
  for (const std::string& suffix : kUpstream) filters.push_back("wfm/+/+/" + suffix);
  EXPECT_EQ(server.subscribe(filters), std::vector<int>(6, 1));
  for (const std::string filter : {"#", "wfm/#", "wfm/+/+/+", "wfm/+/+/control", "$SYS/#", "$share/a/wfm/+/+/event"}) {
    EXPECT_EQ(server.subscribe(filter), kNotAuthorized) << filter;
  }
  EXPECT_EQ(server.publish(topic("control"), "go"), kAccepted);
  const auto command = client.next_message(kPatience);
  ASSERT_TRUE(command);
  EXPECT_EQ(command->payload, "go");
  EXPECT_FALSE(command->retain);
  EXPECT_EQ(server.publish(topic("control", "node_dddddddddddd"), "go"), kNoMatchingSubscribers);
  EXPECT_EQ(server.publish(topic("control"), "go", 1, true), kNotAuthorized) << "retained";
  EXPECT_EQ(server.publish(topic("event"), "forged"), kNotAuthorized);
  EXPECT_EQ(server.publish("wfm/cfg_x/node_y/control", "go"), kNotAuthorized);
  EXPECT_EQ(client.publish(topic("heartbeat"), "alive"), kAccepted);
  const auto heartbeat = server.next_message(kPatience);
  ASSERT_TRUE(heartbeat);
  EXPECT_EQ(heartbeat->topic, topic("heartbeat"));
}

// A device that was bound a millisecond ago overtakes its notification: the table does not know it yet.
TEST_F(Decisions, ADeviceWhoseNotificationHasNotComeIsLookedUp) {
  sql("ALTER TABLE node_clients DISABLE TRIGGER clients_access_insert");
  bind(node_name(1), "fresh");
  // On a busy machine a look-up may take longer than the few milliseconds it is given; the device would knock again.
  EXPECT_TRUE(soon([&] { return try_connect(device(node_name(1), "fresh")) == kAccepted; }));
  EXPECT_EQ(try_connect(device(node_name(2), "nobody")), kNotAuthorized);
}

}  // namespace
}  // namespace loomgate::plugin_tests
