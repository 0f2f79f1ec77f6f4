// SPDX-License-Identifier: Apache-2.0
// The rest of what a Mosquitto 2.0.11 can do to a plugin (presence_test.cpp has traps 1, 2, 3, 5 and 6).
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "tests/integration/plugin/fixture.h"

namespace loomgate::plugin_tests {
namespace {

using namespace harness;

class Traps : public PluginTest {
 protected:
  // bob and alice come by password file, as does a device's name with another password than ours.
  void start_with_password_file(const std::string& acl) {
    broker_ = std::make_unique<MosquittoBroker>(broker_with_plugin(database_->broker_dsn()));
    broker_->options().plugin_options.emplace_back("counters_seconds", "1");
    for (const std::string user : {"bob", "alice", kNode}) {
      std::ofstream(broker_->file("passwords"), std::ios::app).close();
      run_program({.argv = {"mosquitto_passwd", "-b", broker_->file("passwords"), user, "file-password"},
                   .env = {},
                   .output = {},
                   .working_directory = {},
                   .user = {}});
    }
    std::ofstream(broker_->file("acl")) << acl;
    broker_->options().extra_config =
        "password_file " + broker_->file("passwords").string() + "\nacl_file " + broker_->file("acl").string();
    broker_->start();
    ASSERT_TRUE(broker_->logged("LG-PLG-101"));
  }
  MqttClientOptions foreigner(const std::string& name) const {
    MqttClientOptions options = device(name, "file-password");
    options.client_id = name + "-client";
    return options;
  }
};

// Trap 7: a v5 plugin sees names with wildcards untouched.
TEST_F(Traps, NamesWithWildcardsAreRefused) {
  start_broker();
  for (const std::string name :
       {"node_+", "node_#", "node_aaaaaaaaaaa+", "node_aaaaaaaaaaaa/#", "wfm-server-#", "wfm-server-+/x"}) {
    EXPECT_EQ(try_connect(device(name)), kNotAuthorized) << name;
    MqttClientOptions options = device();
    options.client_id = "wfm-" + name;
    EXPECT_EQ(try_connect(options), kNotAuthorized) << options.client_id;
  }
}

// Trap 8: anything but three answers to ACL_CHECK disconnects the client; a 3.1.1 client is never told of a denial.
TEST_F(Traps, ADeniedPublishOf311IsAcknowledgedDroppedAndDoesNotDisconnect) {
  start_broker();
  MqttClient server = connected(daemon());
  ASSERT_EQ(server.subscribe("wfm/+/+/event"), 1);
  MqttClientOptions options = device();
  options.protocol = 4;
  MqttClient client = connected(options);
  EXPECT_EQ(client.publish(topic("event", "node_dddddddddddd"), "forged"), 0);
  EXPECT_EQ(client.publish(topic("event"), "true"), 0);
  const auto message = server.next_message(kPatience);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->payload, "true");
  EXPECT_TRUE(client.connected());
}

// Trap 9: a will is checked when it fires, after DISCONNECT.
TEST_F(Traps, TheWillOfADeviceArrivesAfterItsDisconnectAndAForgedOneDoesNot) {
  bind(node_name(1), "one");
  start_broker();
  MqttClient server = connected(daemon());
  ASSERT_EQ(server.subscribe("wfm/+/+/event"), 1);
  MqttClientOptions forger = device(node_name(1), "one");
  forger.will = MqttMessage{topic("event"), "forged", 1, false};
  MqttClient(std::move(forger)).connect();
  MqttClientOptions honest = device();
  honest.will = MqttMessage{topic("event"), "will", 1, false};
  MqttClient client = connected(honest);
  client.kill_socket();
  const auto will = server.next_message(kPatience);
  ASSERT_TRUE(will);
  EXPECT_EQ(will->payload, "will");
}

// Trap 9: the broker sends the will of a connection that the same device has replaced. The device is there.
TEST_F(Traps, TheWillOfAConnectionThatWasTakenOverIsDropped) {
  start_broker();
  MqttClient server = connected(daemon());
  ASSERT_EQ(server.subscribe("wfm/+/+/event"), 1);
  const auto connect_with_will = [&](const std::string& word) {
    MqttClientOptions options = device();
    options.will = MqttMessage{topic("event"), word, 1, false};
    return connected(options);
  };
  MqttClient first = connect_with_will("of the first");
  MqttClient second = connect_with_will("of the second");
  ASSERT_TRUE(first.wait_closed(kPatience));
  EXPECT_EQ(second.publish(topic("event"), "still here"), kAccepted);
  second.kill_socket();
  for (const char* expected : {"still here", "of the second"}) {
    const auto message = server.next_message(kPatience);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->payload, expected);
  }
}

// Trap 9: at revocation the table denies first, so a revoked device has no last word.
TEST_F(Traps, TheWillOfARevokedDeviceIsDropped) {
  bind(node_name(1), "one");
  start_broker();
  MqttClient server = connected(daemon());
  ASSERT_EQ(server.subscribe("wfm/+/+/event"), 1);
  MqttClientOptions options = device();
  options.will = MqttMessage{topic("event"), "last word", 1, false};
  MqttClient client = connected(options);
  sql("UPDATE nodes SET enabled = false WHERE id = 'node_aaaaaaaaaaaa'");
  ASSERT_TRUE(client.wait_closed(kPatience));
  MqttClient other = connected(device(node_name(1), "one"));
  EXPECT_EQ(other.publish(topic("event", node_name(1)), "next"), kAccepted);
  const auto message = server.next_message(kPatience);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->payload, "next");
}

// Trap 10: the figures under $SYS come to us as READ checks of whoever subscribes.
TEST_F(Traps, OperatorsReadTheCountersAndDevicesDoNot) {
  start_with_password_file("user bob\ntopic read $SYS/#\n");
  MqttClient client = connected(device());
  EXPECT_EQ(client.subscribe("$SYS/broker/loomgate/#"), kNotAuthorized);
  MqttClient operator_client = connected(foreigner("bob"));
  ASSERT_EQ(operator_client.subscribe("$SYS/broker/loomgate/#"), 1);
  std::map<std::string, std::string> figures;
  EXPECT_TRUE(soon([&] {
    for (const MqttMessage& message : operator_client.take_messages()) figures[message.topic] = message.payload;
    return figures["$SYS/broker/loomgate/logins/accepted"] == "1" &&
           figures["$SYS/broker/loomgate/acl/denied"] == "1" && figures["$SYS/broker/loomgate/devices"] == "1" &&
           figures["$SYS/broker/loomgate/database/connected"] == "1";
  }));
}

// Trap 11: before a retained message is delivered, its source is checked as a client that has only a name.
TEST_F(Traps, RetainedMessagesOfOthersAreDelivered) {
  start_with_password_file("user bob\ntopic readwrite news/#\nuser alice\ntopic read news/#\n");
  MqttClient bob = connected(foreigner("bob"));
  EXPECT_LT(bob.publish("news/today", "retained", 1, true), 128);
  bob.disconnect();
  MqttClient alice = connected(foreigner("alice"));
  ASSERT_EQ(alice.subscribe("news/#"), 1);
  const auto message = alice.next_message(kPatience);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->retain);
}

// Trap 19: the plugin is asked before the password file, so it must defer for others and never for its own.
TEST_F(Traps, ThePasswordFileServesForeignUsersAndNoDevice) {
  start_with_password_file("user bob\ntopic readwrite news/#\n");
  MqttClient bob = connected(foreigner("bob"));
  EXPECT_EQ(bob.subscribe("news/#"), 1);
  EXPECT_EQ(bob.publish(topic("event"), "forged"), kNotAuthorized);
  EXPECT_EQ(try_connect(device(kNode, "file-password")), kNotAuthorized) << "the file must not overrule the database";
  MqttClientOptions wrong = foreigner("bob");
  wrong.password = "wrong";
  EXPECT_EQ(try_connect(wrong), kNotAuthorized);
  MqttClient client = connected(device());
  MqttClientOptions thief = foreigner("bob");
  thief.client_id = "wfm-node_aaaaaaaaaaaa";
  EXPECT_EQ(try_connect(thief), kNotAuthorized) << "a foreign user must not throw a device out";
  EXPECT_TRUE(client.connected());
}

// Trap 20: what was sent while a device had no access must not reach it later.
TEST_F(Traps, ADurableSessionReceivesNothingOfTheTimeItWasRevoked) {
  start_broker();
  MqttClientOptions durable = device();
  durable.clean_start = false;
  durable.session_expiry = 3600;
  MqttClient client = connected(durable);
  ASSERT_EQ(client.subscribe(topic("control")), 1);
  MqttClient server = connected(daemon());
  sql("UPDATE nodes SET enabled = false");
  ASSERT_TRUE(client.wait_closed(kPatience));
  server.publish(topic("control"), "while revoked");
  sql("UPDATE nodes SET enabled = true");
  ASSERT_TRUE(soon([&] { return client.connect() == kAccepted; }));
  ASSERT_EQ(client.subscribe(topic("control")), 1);
  server.publish(topic("control"), "afterwards");
  const auto message = client.next_message(kPatience);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->payload, "afterwards");
}

// Sends a CONNECT of MQTT 3.1.1 as it stands and returns the CONNACK code, or -1.
int raw_connect(int port, const std::string& client_id, const std::string& username, const std::string& password) {
  const auto text = [](const std::string& value) {
    return std::string{static_cast<char>(value.size() >> 8), static_cast<char>(value.size() & 0xff)} + value;
  };
  const std::string body =
      text("MQTT") + std::string("\x04\xc2\x00\x3c", 4) + text(client_id) + text(username) + text(password);
  const std::string packet = std::string{'\x10', static_cast<char>(body.size())} + body;
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::array<unsigned char, 4> answer{};
  const bool answered = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                        ::send(fd, packet.data(), packet.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(packet.size()) &&
                        ::recv(fd, answer.data(), answer.size(), MSG_WAITALL) == static_cast<ssize_t>(answer.size());
  ::close(fd);
  return answered ? answer[3] : -1;
}

// Trap 13: passwords may hold NULs, and 2.0 gives no length.
TEST_F(Traps, APasswordWithANulIsNeverMoreThanTheTextBeforeIt) {
  start_broker();
  const std::string nul(1, '\0');
  EXPECT_EQ(raw_connect(broker_->port(), "wfm-node_aaaaaaaaaaaa", kNode, kPassword), 0);
  EXPECT_EQ(raw_connect(broker_->port(), "wfm-node_aaaaaaaaaaaa", kNode, nul + kPassword), kRefusedByV311);
  EXPECT_EQ(raw_connect(broker_->port(), "wfm-node_aaaaaaaaaaaa", kNode, "device" + nul + "-password"), kRefusedByV311);
  EXPECT_EQ(raw_connect(broker_->port(), "wfm-node_aaaaaaaaaaaa", kNode, nul), kRefusedByV311);
}

}  // namespace
}  // namespace loomgate::plugin_tests
