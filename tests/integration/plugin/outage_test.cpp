// SPDX-License-Identifier: Apache-2.0
// PostgreSQL or the broker dies: nobody is thrown out, known devices come back, nobody unknown gets in, and everything
// converges afterwards.
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "tests/harness/durations.h"
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
  // How long a publish waits for its PUBACK while unknown devices knock and the database is frozen, at worst.
  std::chrono::milliseconds longest_puback_while_frozen(MqttClient& client) {
    own_cluster_->pause();
    std::atomic<bool> knocking{true};
    std::thread knocks([&] {
      for (int number = 100; number < 140; ++number)
        EXPECT_EQ(try_connect(device(node_name(number), "x")), kNotAuthorized);
      knocking = false;
    });
    std::chrono::milliseconds longest{0};
    while (knocking) longest = std::max(longest, duration_of([&] { EXPECT_LT(client.publish(topic("event"), "{}"), 128); }));
    knocks.join();
    own_cluster_->resume();
    return longest;
  }
};

TEST_F(Outage, DatabaseKilledDevicesStayReconnectAndPublish) {
  MqttClient server = connected(daemon());
  ASSERT_EQ(server.subscribe("wfm/+/+/event"), 1);
  MqttClient client = connected(device());
  database_dies();
  EXPECT_TRUE(client.connected());
  EXPECT_EQ(client.publish(topic("event"), "while away"), kAccepted);
  EXPECT_TRUE(server.next_message(kPatience));
  for (int again = 0; again < 20; ++again) EXPECT_EQ(try_connect(device(node_name(1), "one")), kAccepted);
  EXPECT_EQ(try_connect(device(node_name(1), "wrong")), kNotAuthorized);
  EXPECT_EQ(try_connect(device(node_name(2), "two")), kNotAuthorized);

  database_returns();
  // What changed while the plugin could not see it.
  sql("UPDATE nodes SET enabled = false WHERE id = 'node_aaaaaaaaaaaa'");
  bind(node_name(2), "two");
  EXPECT_TRUE(client.wait_closed(kPatience));
  EXPECT_TRUE(soon([&] { return try_connect(device(node_name(2), "two")) == kAccepted; }));
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
  } while ((rounds < 2 || std::chrono::steady_clock::now() < end) && !HasFailure());
  EXPECT_TRUE(client.connected());
  database_returns();
  bind(node_name(2), "two");
  EXPECT_TRUE(soon([&] { return try_connect(device(node_name(2), "two")) == kAccepted; }));
  EXPECT_TRUE(client.connected());
}

TEST_F(Outage, ChangesMadeWhileTheConnectionWasLostConverge) {
  MqttClient client = connected(device());
  // Only the plugin's connections die, so changes can be made before it is back.
  pg::Connection superuser = harness::connect(database_->superuser_dsn());
  superuser.exec_script(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'loomgate plugin%'");
  sql("UPDATE nodes SET enabled = false WHERE id = 'node_aaaaaaaaaaaa'");
  EXPECT_TRUE(client.wait_closed(kPatience));
  EXPECT_EQ(try_connect(device()), kNotAuthorized);
}

TEST_F(Outage, PresenceWrittenAfterTheReturnTellsTheTruth) {
  MqttClient stays = connected(device());
  MqttClient goes = connected(device(node_name(1), "one"));
  ASSERT_TRUE(session_becomes(kNode, "open"));
  ASSERT_TRUE(session_becomes(node_name(1), "open"));
  bind(node_name(2), "two");
  ASSERT_TRUE(soon([&] { return try_connect(device(node_name(2), "two")) == kAccepted; }));
  database_dies();
  goes.disconnect();
  MqttClient comes = connected(device(node_name(2), "two"));
  database_returns();
  EXPECT_TRUE(session_becomes(kNode, "open"));
  EXPECT_TRUE(session_becomes(node_name(1), "ended"));
  EXPECT_TRUE(session_becomes(node_name(2), "open"));
}

TEST_F(Outage, BrokerStartedWithoutDatabaseServesFromItsCache) {
  ASSERT_TRUE(soon([&] { return std::filesystem::exists(broker_->file("access.cache")); }));
  EXPECT_EQ(std::filesystem::status(broker_->file("access.cache")).permissions(), std::filesystem::perms(0600));
  // A binding of a moment ago must be in it, too.
  bind(node_name(3), "three");
  ASSERT_TRUE(soon([&] { return try_connect(device(node_name(3), "three")) == kAccepted; }));
  ASSERT_TRUE(soon([&] { return cache_holds(std::string("\x03\0\0\0\0\0\0\0", 8)); }));
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
  ASSERT_TRUE(soon([&] { return cache_holds(number); }));
  sql("UPDATE nodes SET enabled = false WHERE id = 'node_aaaaaaaaaaaa'");
  EXPECT_TRUE(soon([&] { return try_connect(device()) == kNotAuthorized; }));
  EXPECT_TRUE(soon([&] { return !cache_holds(number); }));
}

TEST_F(Outage, ACorruptCacheIsRefusedAndEverybodyWaitsForTheDatabase) {
  ASSERT_TRUE(soon([&] { return std::filesystem::exists(broker_->file("access.cache")); }));
  database_dies();
  broker_->stop();
  {
    std::fstream file(broker_->file("access.cache"), std::ios::binary | std::ios::in | std::ios::out);
    // Another byte than the one that is there, which is random.
    file.seekg(40);
    const int good = file.get();
    file.seekp(40);
    file.put(static_cast<char>(good ^ 0x5a));
  }
  broker_->start();
  EXPECT_TRUE(broker_->logged("LG-PLG-113"));
  EXPECT_EQ(try_connect(device()), kNotAuthorized);
  database_returns();
  EXPECT_TRUE(soon([&] { return try_connect(device()) == kAccepted; }));
}

TEST_F(Outage, ACacheThatOthersMayWriteIsRefused) {
  ASSERT_TRUE(soon([&] { return std::filesystem::exists(broker_->file("access.cache")); }));
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
  EXPECT_TRUE(soon([&] { return try_connect(device()) == kAccepted; }));
  EXPECT_EQ(try_connect(daemon()), kAccepted);
}

TEST_F(Outage, AfterTheStaleLimitNewLoginsAreRefusedAndSessionsStay) {
  broker_->stop();
  broker_->options().plugin_options.emplace_back("stale_seconds", "10");
  broker_->start();
  MqttClient client(device());
  ASSERT_TRUE(soon([&] { return client.connect() == kAccepted; }));
  own_cluster_->pause();
  EXPECT_EQ(try_connect(device(node_name(1), "one")), kAccepted) << "within the limit";
  EXPECT_TRUE(broker_->logged("LG-PLG-009", 1, 60s));
  EXPECT_EQ(try_connect(device(node_name(1), "one")), kNotAuthorized);
  broker_->reload();
  ASSERT_EQ(client.publish(topic("event"), "still here"), kNoMatchingSubscribers);
  own_cluster_->resume();
  EXPECT_TRUE(broker_->logged("LG-PLG-010", 1, 60s));
  EXPECT_TRUE(soon([&] { return try_connect(device(node_name(1), "one")) == kAccepted; }));
  EXPECT_TRUE(client.connected());
}

TEST_F(Outage, AFrozenDatabaseDoesNotHoldUpOtherClients) {
  // Without its trigger a device is let in by a look-up alone: so one that is let in shows, before each measurement, that the
  // plugin asks the database for names it does not know.
  sql("ALTER TABLE node_clients DISABLE TRIGGER clients_access_insert");
  MqttClient client = connected(device());
  int looked_up = 500;
  EXPECT_LE(fastest(100ms, [&] {
    const auto known = node_name(++looked_up);
    bind(known, "known");
    EXPECT_TRUE(soon([&] { return try_connect(device(known, "known")) == kAccepted; }));
    const auto longest = longest_puback_while_frozen(client);
    std::printf("longest PUBACK while the database was frozen: %d ms\n", static_cast<int>(longest.count()));
    return longest;
  }), 100ms);
}

}  // namespace
}  // namespace loomgate::plugin_tests
