// SPDX-License-Identifier: Apache-2.0
// PostgreSQL or the broker dies: nobody is thrown out, known devices come back, nobody unknown gets in, and everything
// converges afterwards.
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "tests/integration/plugin/fixture.h"

namespace loomgate::plugin_tests {
namespace {

using namespace harness;

class Outage : public PluginTest {
 protected:
  Outage() : PluginTest(true) {}

  void SetUp() override {
    PluginTest::SetUp();
    bind(node_name(1), "one");
    start_broker();
  }
  void database_dies() {
    own_cluster_->kill9();
    ASSERT_TRUE(broker_->logged("LG-PLG-102"));
  }
  // Whether these bytes stand in the cache; node ids stand there as 64-bit little-endian numbers.
  bool cache_holds(const std::string& bytes) const {
    std::ifstream file(broker_->file("access.cache"), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {}).find(bytes) != std::string::npos;
  }
  void database_returns() {
    own_cluster_->start();
    connection_ = std::make_unique<pg::Connection>(harness::connect(database_->dsn()));
  }
};

TEST_F(Outage, DatabaseKilledDevicesStayReconnectAndPublish) {
  MqttClient server = connected(daemon());
  ASSERT_EQ(server.subscribe("wfm/+/+/event"), 1);
  MqttClient client = connected(device());
  database_dies();
  EXPECT_TRUE(client.connected());
  EXPECT_EQ(client.publish(topic("event"), "while away"), kAccepted);
  EXPECT_TRUE(server.next_message(5s));
  for (int again = 0; again < 20; ++again) EXPECT_EQ(try_connect(device(node_name(1), "one")), kAccepted);
  EXPECT_EQ(try_connect(device(node_name(1), "wrong")), kNotAuthorized);
  EXPECT_EQ(try_connect(device(node_name(2), "two")), kNotAuthorized);

  database_returns();
  // What changed while the plugin could not see it.
  sql("UPDATE nodes SET enabled = false WHERE id = 'node_aaaaaaaaaaaa'");
  bind(node_name(2), "two");
  EXPECT_TRUE(client.wait_closed(15s));
  EXPECT_TRUE(eventually(5s, [&] { return try_connect(device(node_name(2), "two")) == kAccepted; }));
  EXPECT_TRUE(broker_->logged("LG-PLG-101", 2));
}

// LOOMGATE_OUTAGE_SECONDS=60 is the length of the contract; it must not matter.
TEST_F(Outage, conformance_26_an_outage_disturbs_nobody_and_lets_nobody_in) {
  const char* given = std::getenv("LOOMGATE_OUTAGE_SECONDS");
  const auto length = std::chrono::seconds(given != nullptr ? std::atoi(given) : 3);
  MqttClient client = connected(device());
  database_dies();
  const auto end = std::chrono::steady_clock::now() + length;
  int rounds = 0;
  do {
    EXPECT_LT(client.publish(topic("heartbeat"), "{}"), 128);
    EXPECT_EQ(try_connect(device(node_name(1), "one")), kAccepted) << "a known device";
    EXPECT_EQ(try_connect(device(node_name(1), "wrong")), kNotAuthorized);
    EXPECT_EQ(try_connect(device(node_name(2), "two")), kNotAuthorized) << "an unknown one";
    ++rounds;
    client.wait_closed(200ms);  // the pace; it stays open
  } while (std::chrono::steady_clock::now() < end && !HasFailure());
  EXPECT_GE(rounds, 2);
  EXPECT_TRUE(client.connected());
  database_returns();
  bind(node_name(2), "two");
  EXPECT_TRUE(eventually(15s, [&] { return try_connect(device(node_name(2), "two")) == kAccepted; }));
  EXPECT_TRUE(client.connected());
}

TEST_F(Outage, ChangesMadeWhileTheConnectionWasLostConverge) {
  MqttClient client = connected(device());
  // Only the plugin's connections die, so changes can be made before it is back.
  pg::Connection superuser = harness::connect(database_->superuser_dsn());
  superuser.exec_script(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'loomgate plugin%'");
  sql("UPDATE nodes SET enabled = false WHERE id = 'node_aaaaaaaaaaaa'");
  EXPECT_TRUE(client.wait_closed(15s));
  EXPECT_EQ(try_connect(device()), kNotAuthorized);
}

TEST_F(Outage, PresenceWrittenAfterTheReturnTellsTheTruth) {
  MqttClient stays = connected(device());
  MqttClient goes = connected(device(node_name(1), "one"));
  ASSERT_TRUE(session_becomes(kNode, "open"));
  ASSERT_TRUE(session_becomes(node_name(1), "open"));
  bind(node_name(2), "two");
  ASSERT_TRUE(eventually(5s, [&] { return try_connect(device(node_name(2), "two")) == kAccepted; }));
  database_dies();
  goes.disconnect();
  MqttClient comes = connected(device(node_name(2), "two"));
  database_returns();
  EXPECT_TRUE(session_becomes(kNode, "open"));
  EXPECT_TRUE(session_becomes(node_name(1), "ended"));
  EXPECT_TRUE(session_becomes(node_name(2), "open"));
}

TEST_F(Outage, BrokerStartedWithoutDatabaseServesFromItsCache) {
  ASSERT_TRUE(eventually(10s, [&] { return std::filesystem::exists(broker_->file("access.cache")); }));
  EXPECT_EQ(std::filesystem::status(broker_->file("access.cache")).permissions(), std::filesystem::perms(0600));
  // A binding of a moment ago must be in it, too.
  bind(node_name(3), "three");
  ASSERT_TRUE(eventually(5s, [&] { return try_connect(device(node_name(3), "three")) == kAccepted; }));
  ASSERT_TRUE(eventually(10s, [&] { return cache_holds(std::string("\x03\0\0\0\0\0\0\0", 8)); }));
  database_dies();
  broker_->kill9();
  broker_->start();
  EXPECT_TRUE(broker_->logged("LG-PLG-111"));
  MqttClient client = connected(device());
  EXPECT_EQ(client.subscribe(topic("control")), 1);
  EXPECT_EQ(try_connect(device(kNode, "wrong")), kNotAuthorized);
  EXPECT_EQ(try_connect(device(node_name(9), "nine")), kNotAuthorized);
  database_returns();
  EXPECT_TRUE(session_becomes(kNode, "open"));
  EXPECT_TRUE(client.connected());
}

TEST_F(Outage, ARevocationIsInTheCacheWithinSeconds) {
  const std::string number("\xaa\xaa\xaa\xaa\xaa\xaa\0\0", 8);
  ASSERT_TRUE(eventually(10s, [&] { return cache_holds(number); }));
  sql("UPDATE nodes SET enabled = false WHERE id = 'node_aaaaaaaaaaaa'");
  EXPECT_TRUE(eventually(5s, [&] { return try_connect(device()) == kNotAuthorized; }));
  EXPECT_TRUE(eventually(10s, [&] { return !cache_holds(number); }));
}

TEST_F(Outage, ACorruptCacheIsRefusedAndEverybodyWaitsForTheDatabase) {
  ASSERT_TRUE(eventually(10s, [&] { return std::filesystem::exists(broker_->file("access.cache")); }));
  database_dies();
  broker_->stop();
  {
    std::fstream file(broker_->file("access.cache"), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(40);
    file.put('\x5a');
  }
  broker_->start();
  EXPECT_TRUE(broker_->logged("LG-PLG-113"));
  EXPECT_EQ(try_connect(device()), kNotAuthorized);
  database_returns();
  EXPECT_TRUE(eventually(15s, [&] { return try_connect(device()) == kAccepted; }));
}

TEST_F(Outage, ACacheThatOthersMayWriteIsRefused) {
  ASSERT_TRUE(eventually(10s, [&] { return std::filesystem::exists(broker_->file("access.cache")); }));
  database_dies();
  broker_->stop();
  std::filesystem::permissions(broker_->file("access.cache"), std::filesystem::perms(0622));
  broker_->start();
  EXPECT_TRUE(broker_->logged("others may write it"));
  EXPECT_EQ(try_connect(device()), kNotAuthorized);
}

TEST_F(Outage, conformance_26_WithoutDatabaseAndCacheEverybodyIsRefusedUntilItComes) {
  database_dies();
  broker_->stop();
  std::filesystem::remove(broker_->file("access.cache"));
  broker_->start();
  EXPECT_TRUE(broker_->logged("LG-PLG-112"));
  EXPECT_EQ(try_connect(device()), kNotAuthorized);
  EXPECT_EQ(try_connect(daemon()), kNotAuthorized);
  database_returns();
  EXPECT_TRUE(eventually(15s, [&] { return try_connect(device()) == kAccepted; }));
  EXPECT_EQ(try_connect(daemon()), kAccepted);
}

TEST_F(Outage, AfterTheStaleLimitNewLoginsAreRefusedAndSessionsStay) {
  broker_->stop();
  broker_->options().plugin_options.emplace_back("stale_seconds", "10");
  broker_->start();
  MqttClient client(device());
  ASSERT_TRUE(eventually(5s, [&] { return client.connect() == kAccepted; }));
  own_cluster_->pause();
  EXPECT_EQ(try_connect(device(node_name(1), "one")), kAccepted) << "within the limit";
  EXPECT_TRUE(broker_->logged("LG-PLG-009", 1, 30s));
  EXPECT_EQ(try_connect(device(node_name(1), "one")), kNotAuthorized);
  broker_->reload();
  ASSERT_EQ(client.publish(topic("event"), "still here"), kNoMatchingSubscribers);
  own_cluster_->resume();
  EXPECT_TRUE(broker_->logged("LG-PLG-010", 1, 30s));
  EXPECT_TRUE(eventually(5s, [&] { return try_connect(device(node_name(1), "one")) == kAccepted; }));
  EXPECT_TRUE(client.connected());
}

TEST_F(Outage, AFrozenDatabaseDoesNotHoldUpOtherClients) {
  MqttClient client = connected(device());
  own_cluster_->pause();
  std::atomic<bool> knocking{true};
  std::thread knocks([&] {
    for (int number = 100; number < 140; ++number)
      EXPECT_EQ(try_connect(device(node_name(number), "x")), kNotAuthorized);
    knocking = false;
  });
  std::chrono::microseconds longest{0};
  while (knocking) {
    const auto sent = std::chrono::steady_clock::now();
    EXPECT_LT(client.publish(topic("event"), "{}"), 128);
    longest = std::max(longest,
                       std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - sent));
  }
  knocks.join();
  own_cluster_->resume();
  std::printf("longest PUBACK while the database was frozen: %.2f ms\n", static_cast<double>(longest.count()) / 1000);
  EXPECT_LE(longest, 100ms);
}

}  // namespace
}  // namespace loomgate::plugin_tests
