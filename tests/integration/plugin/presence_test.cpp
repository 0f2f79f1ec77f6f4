// SPDX-License-Identifier: Apache-2.0
// What broker_sessions says must be what a device lives through; each trap of the broker's events has a test named
// after it.
#include <filesystem>
#include <optional>
#include <vector>

#include "sql/pg/transaction.h"
#include "tests/integration/plugin/fixture.h"

namespace loomgate::plugin_tests {
namespace {

using namespace harness;

class Presence : public PluginTest {
 protected:
  void SetUp() override {
    PluginTest::SetUp();
    bind(node_name(1), "one");
    start_broker();
  }
  // A marker session: when its row is there, all that the broker told before it is written, too.
  void everything_is_written() {
    static int marker = 1000;
    bind(node_name(++marker), "marker");
    ASSERT_TRUE(soon([&] { return try_connect(device(node_name(marker), "marker")) == kAccepted; }));
    ASSERT_TRUE(session_becomes(node_name(marker), "ended"));
  }
  MqttClientOptions durable() const {
    MqttClientOptions options = device();
    options.clean_start = false;
    options.session_expiry = 3600;
    return options;
  }
};

TEST_F(Presence, ALoginIsRecordedWithAddressBootAndEpochWithinASecond) {
  std::optional<MqttClient> client;
  EXPECT_LE(fastest(1s, [&] {
    client.reset();
    const std::int64_t before = session_epoch(kNode);
    client = connected(device());
    return time_until([&] { return session_epoch(kNode) > before; });
  }), 1s);
  EXPECT_EQ(
      text_of("SELECT s.username || ' ' || s.address || ' ' || s.broker_id || ' ' || (s.boot_id = b.boot_id) || ' ' || "
              "s.unseen "
              "FROM broker_sessions s JOIN brokers b ON b.id = s.broker_id WHERE client_id = 'wfm-node_aaaaaaaaaaaa'"),
      "node_aaaaaaaaaaaa 127.0.0.1 test-broker true true");
  EXPECT_EQ(text_of("SELECT now() - connected_at < interval '1 minute' FROM broker_sessions"), "t");
}

TEST_F(Presence, AStormOfLoginsIsWrittenToTheLastOne) {
  constexpr int kDevices = 300;
  for (int number = 2; number <= kDevices; ++number) bind(node_name(number), "storm");
  std::vector<MqttClient> clients;
  for (int number = 2; number <= kDevices; ++number) clients.push_back(connected(device(node_name(number), "storm")));
  EXPECT_TRUE(soon([&] { return text_of("SELECT count(*) FROM broker_sessions WHERE ended_at IS NULL") == "299"; }));
  clients.clear();
  EXPECT_TRUE(soon([&] { return text_of("SELECT count(*) FROM broker_sessions WHERE ended_at IS NULL") == "0"; }));
}

// A descriptor of the broker that another thread holds would keep a connection open, or a rotated log file on the disk.
TEST_F(Presence, TheThreadsOfThePluginHoldNoFileOfTheBroker) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer knows one file table only, so the threads share it";
#endif
  constexpr std::size_t kClients = 40;
  std::vector<MqttClient> clients;
  for (std::size_t number = 0; number < kClients; ++number) {
    const auto name = node_name(static_cast<int>(number) + 100);
    bind(name, "files");
    clients.push_back(connected(device(name, "files")));
  }
  const auto tasks = std::filesystem::path("/proc") / std::to_string(broker_->pid()) / "task";
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    const auto files = std::filesystem::directory_iterator(task.path() / "fd");
    const auto count = static_cast<std::size_t>(std::distance(begin(files), end(files)));
    if (task.path().filename() == std::to_string(broker_->pid())) {
      EXPECT_GT(count, kClients);
    } else {
      EXPECT_LT(count, 12U) << "thread " << task.path().filename();
    }
  }
}

TEST_F(Presence, AGracefulEndIsRecorded) {
  MqttClient client = connected(device());
  ASSERT_TRUE(session_becomes(kNode, "open"));
  client.disconnect();
  EXPECT_TRUE(session_becomes(kNode, "ended"));
  EXPECT_EQ(text_of("SELECT end_reason FROM broker_sessions"), "-1") << "all that 2.0 tells";
}

TEST_F(Presence, ADeadSocketIsRecorded) {
  MqttClient client = connected(device());
  ASSERT_TRUE(session_becomes(kNode, "open"));
  client.kill_socket();
  EXPECT_TRUE(session_becomes(kNode, "ended"));
}

TEST_F(Presence, AKickIsRecorded) {
  MqttClient client = connected(device());
  ASSERT_TRUE(session_becomes(kNode, "open"));
  sql("UPDATE nodes SET enabled = false WHERE id = 'node_aaaaaaaaaaaa'");
  EXPECT_TRUE(session_becomes(kNode, "ended"));
}

// Trap 1: BASIC_AUTH of the new connection comes before DISCONNECT of the old one.
TEST_F(Presence, TheLoserOfATakeOverDoesNotMarkTheWinnerOffline) {
  MqttClient first = connected(device());
  ASSERT_TRUE(session_becomes(kNode, "open"));
  const std::int64_t first_epoch = session_epoch(kNode);
  MqttClient second = connected(device());
  EXPECT_TRUE(first.wait_closed(kPatience));
  everything_is_written();
  EXPECT_TRUE(session_becomes(kNode, "open"));
  EXPECT_GT(session_epoch(kNode), first_epoch);
  second.disconnect();
  EXPECT_TRUE(session_becomes(kNode, "ended"));
}

// Trap 2: the old session of a durable client disconnects a second time when the client is back.
TEST_F(Presence, TheSecondDisconnectOfADurableSessionChangesNothing) {
  MqttClient first = connected(durable());
  first.kill_socket();
  ASSERT_TRUE(session_becomes(kNode, "ended"));
  MqttClient second = connected(durable());
  EXPECT_TRUE(second.session_present());
  everything_is_written();
  EXPECT_TRUE(session_becomes(kNode, "open"));
}

// Trap 3: refused clients disconnect, too, without a client id.
TEST_F(Presence, ARefusedLoginDoesNotMarkTheRealDeviceOffline) {
  MqttClient client = connected(device());
  ASSERT_TRUE(session_becomes(kNode, "open"));
  const std::int64_t epoch = session_epoch(kNode);
  for (int attempt = 0; attempt < 5; ++attempt) EXPECT_EQ(try_connect(device(kNode, "wrong")), kNotAuthorized);
  everything_is_written();
  EXPECT_TRUE(client.connected());
  EXPECT_TRUE(session_becomes(kNode, "open"));
  EXPECT_EQ(session_epoch(kNode), epoch);
}

// Trap 5: SIGHUP asks BASIC_AUTH for every session again, offline durable ones included.
TEST_F(Presence, ReloadIsNoLogin) {
  MqttClient offline = connected(durable());
  offline.kill_socket();
  ASSERT_TRUE(session_becomes(kNode, "ended"));
  const std::int64_t offline_epoch = session_epoch(kNode);
  MqttClient online = connected(device(node_name(1), "one"));
  ASSERT_TRUE(session_becomes(node_name(1), "open"));
  const std::int64_t online_epoch = session_epoch(node_name(1));
  broker_->reload();
  ASSERT_TRUE(broker_->logged("Reloading config."));
  everything_is_written();
  EXPECT_TRUE(online.connected());
  EXPECT_TRUE(session_becomes(kNode, "ended"));
  EXPECT_EQ(session_epoch(kNode), offline_epoch);
  EXPECT_TRUE(session_becomes(node_name(1), "open"));
  EXPECT_EQ(session_epoch(node_name(1)), online_epoch);
}

// Trap 6: kicking an offline durable session would tell its end again.
TEST_F(Presence, RevokingAnOfflineDurableSessionTouchesNothing) {
  MqttClient client = connected(durable());
  client.kill_socket();
  ASSERT_TRUE(session_becomes(kNode, "ended"));
  const std::string ended_at =
      text_of("SELECT ended_at FROM broker_sessions WHERE client_id = 'wfm-node_aaaaaaaaaaaa'");
  // Both in one transaction: when the second is out, the first was dealt with.
  MqttClient other = connected(device(node_name(1), "one"));
  sql("UPDATE nodes SET enabled = false");
  ASSERT_TRUE(other.wait_closed(kPatience));
  everything_is_written();
  EXPECT_EQ(text_of("SELECT ended_at FROM broker_sessions WHERE client_id = 'wfm-node_aaaaaaaaaaaa'"), ended_at);
}

TEST_F(Presence, AStoppedBrokerEndsItsSessionsAndANewBootEndsThoseOfAKilledOne) {
  // It gives the last words of its sessions a second and a half, which a busy machine may need for something else.
  bool told = false;
  for (int attempt = 0; attempt < 5 && !told; ++attempt) {
    MqttClient client = connected(device());
    ASSERT_TRUE(session_becomes(kNode, "open"));
    broker_->stop();
    told = eventually(2s, [&] { return text_of("SELECT end_reason FROM broker_sessions WHERE ended_at IS NOT NULL") == "-2"; });
    broker_->start();
  }
  EXPECT_TRUE(told);
  MqttClient again = connected(device());
  ASSERT_TRUE(session_becomes(kNode, "open"));
  broker_->kill9();
  broker_->start();
  EXPECT_TRUE(session_becomes(kNode, "ended"));
}

TEST_F(Presence, TheHeartbeatCarriesTheCounters) {
  EXPECT_EQ(try_connect(device()), kAccepted);
  EXPECT_EQ(try_connect(device(kNode, "wrong")), kNotAuthorized);
  EXPECT_TRUE(soon([&] {
    return text_of(
               "SELECT (counters->>'logins/accepted')::int = 1 AND (counters->>'logins/refused/password')::int = 1 AND "
               "(counters->>'devices')::int = 2 FROM brokers WHERE id = 'test-broker'") == "t";
  }));
  EXPECT_EQ(text_of("SELECT kind || ' ' || plugin_version || ' ' || broker_version FROM brokers"),
            "mosquitto 0.1.0 2.0");
}

TEST_F(Presence, ARemovedRowOfTheBrokerIsMadeAgainWithItsSessions) {
  MqttClient client = connected(device());
  ASSERT_TRUE(session_becomes(kNode, "open"));
  // Looked at before it is committed: afterwards the next heartbeat may make it again at any moment.
  pg::Transaction transaction(*connection_);
  sql("DELETE FROM brokers");
  EXPECT_EQ(text_of("SELECT count(*) FROM broker_sessions"), "0");
  transaction.commit();
  EXPECT_TRUE(session_becomes(kNode, "open"));
  EXPECT_TRUE(broker_->logged("LG-PLG-203"));
}

TEST_F(Presence, AStormOfConnectsIsRecordedCompletely) {
  constexpr int kDevices = 150;
  for (int number = 2; number <= kDevices; ++number) bind(node_name(number), "p");
  std::vector<MqttClient> clients;
  for (int number = 2; number <= kDevices; ++number) {
    MqttClient client(device(node_name(number), "p"));
    ASSERT_TRUE(soon([&] { return client.connect() == kAccepted; }));
    clients.push_back(std::move(client));
  }
  EXPECT_TRUE(
      soon([&] { return text_of("SELECT count(*) FROM broker_sessions WHERE ended_at IS NULL") == "149"; }));
  clients.clear();
  EXPECT_TRUE(
      soon([&] { return text_of("SELECT count(*) FROM broker_sessions WHERE ended_at IS NULL") == "0"; }));
}

}  // namespace
}  // namespace loomgate::plugin_tests
