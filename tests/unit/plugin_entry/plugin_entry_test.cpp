// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <filesystem>
#include <fstream>

#include "plugin/mosquitto/revocations.h"
#include "plugin/replica/roster_cache.h"
#include "tests/harness/cmocka_compat.h"
#include "tests/harness/eventually.h"
#include "tests/unit/access/fixtures.h"
#include "tests/unit/plugin_entry/broker_mocks.h"

namespace loomgate::plugin_entry_tests {
namespace {

using namespace access::testing;
using namespace std::chrono_literals;
using plugin::kEventClientOffline;
using plugin::kEventConnect;

constexpr std::array kNeeded{static_cast<int>(MOSQ_EVT_BASIC_AUTH), static_cast<int>(MOSQ_EVT_ACL_CHECK),
                             static_cast<int>(MOSQ_EVT_DISCONNECT), static_cast<int>(MOSQ_EVT_TICK),
                             static_cast<int>(MOSQ_EVT_RELOAD)};
constexpr const char* kUsername = "node_aaaaaaaaaaaa";

class PluginEntry : public cmocka::CmockaTest {
 protected:
  void SetUp() override {
    CmockaTest::SetUp();
    broker() = Broker{};
    directory_ = ::testing::TempDir() + "plugin_entry_XXXXXX";
    ASSERT_NE(::mkdtemp(directory_.data()), nullptr);
    access::Roster roster;
    roster.devices.push_back(grant_device(0xaaaaaaaaaaaa, 0xbbbbbbbbbbbb, kPassword).device);
    roster.daemons.push_back(*grant_daemon(kDaemon, kDaemonPassword).daemon);
    replica::save_cache(directory_ + "/cache", roster);
    options_ = {
        {"dsn", "host=/nonexistent dbname=none"}, {"cache_file", directory_ + "/cache"}, {"counters_seconds", "1"}};
  }
  void TearDown() override {
    if (user_data_ != nullptr) unload();
    CmockaTest::TearDown();
    std::filesystem::remove_all(directory_);
  }

  int init() {
    std::vector<mosquitto_opt> options;
    for (auto& [name, value] : options_) options.push_back({name.data(), value.data()});
    return mosquitto_plugin_init(nullptr, &user_data_, options.data(), static_cast<int>(options.size()));
  }
  void load(bool newer_broker = false) {
    newer_ = newer_broker;
    for (const int event : kNeeded) {
      expect_value(mosquitto_callback_register, event, event);
      will_return(mosquitto_callback_register, MOSQ_ERR_SUCCESS);
    }
    for (const int event : {kEventConnect, kEventClientOffline}) {
      expect_value(mosquitto_callback_register, event, event);
      will_return(mosquitto_callback_register, newer_ ? MOSQ_ERR_SUCCESS : MOSQ_ERR_NOT_SUPPORTED);
    }
    ASSERT_EQ(init(), MOSQ_ERR_SUCCESS);
  }
  void unload() {
    for (const int event : kNeeded) expect_value(mosquitto_callback_unregister, event, event);
    if (newer_) {
      expect_value(mosquitto_callback_unregister, event, kEventConnect);
      expect_value(mosquitto_callback_unregister, event, kEventClientOffline);
    }
    EXPECT_EQ(mosquitto_plugin_cleanup(user_data_, nullptr, 0), MOSQ_ERR_SUCCESS);
    user_data_ = nullptr;
  }

  int call(int event, void* data) { return broker().callbacks.at(event)(event, data, broker().user_data); }
  int login(mosquitto& client, const char* username, const char* password) {
    mosquitto_evt_basic_auth event{};
    event.client = &client;
    event.username = const_cast<char*>(username);
    event.password = const_cast<char*>(password);
    return call(MOSQ_EVT_BASIC_AUTH, &event);
  }
  int check(mosquitto& client, int access, const char* topic, int qos = 1, bool retain = false) {
    mosquitto_evt_acl_check event{};
    event.client = &client;
    event.access = access;
    event.topic = topic;
    event.qos = static_cast<std::uint8_t>(qos);
    event.retain = retain;
    return call(MOSQ_EVT_ACL_CHECK, &event);
  }
  int end(mosquitto& client, int event_number = MOSQ_EVT_DISCONNECT) {
    mosquitto_evt_disconnect event{};
    event.client = &client;
    event.reason = -1;
    return call(event_number, &event);
  }
  int connect_event(mosquitto& client) {
    plugin::ClientEvent event{nullptr, &client};
    return call(kEventConnect, &event);
  }
  int tick() {
    mosquitto_evt_tick event{};
    return call(MOSQ_EVT_TICK, &event);
  }
  int reload() {
    mosquitto_evt_reload event{};
    return call(MOSQ_EVT_RELOAD, &event);
  }
  // Ticks until the figure has this value.
  bool figure_becomes(const std::string& name, const std::string& value) {
    return harness::eventually(30s, [&] {
      tick();
      return broker().published["$SYS/broker/loomgate/" + name] == value;
    });
  }

  mosquitto device_{"wfm-node_aaaaaaaaaaaa", "node_aaaaaaaaaaaa"};
  std::vector<std::pair<std::string, std::string>> options_;
  std::string directory_;
  void* user_data_ = nullptr;
  bool newer_ = false;
};

TEST_F(PluginEntry, VersionFiveIsAskedForAmongThoseSupported) {
  const int both[] = {4, 5}, old_ones[] = {2, 3, 4};
  assert_int_equal(mosquitto_plugin_version(2, both), 5);
  assert_int_equal(mosquitto_plugin_version(3, old_ones), -1);
  assert_int_equal(mosquitto_plugin_version(0, nullptr), -1);
}

TEST_F(PluginEntry, AnUnknownOptionStopsTheStartWithASentenceThatNamesIt) {
  options_.emplace_back("dns", "x");
  assert_int_not_equal(init(), MOSQ_ERR_SUCCESS);
  assert_null(user_data_);
  assert_int_equal(broker().log.size(), 1U);
  assert_true(broker().logged("LG-PLG-002"));
  assert_true(broker().logged("option 'dns' is unknown"));
}

TEST_F(PluginEntry, AMissingDsnStopsTheStart) {
  options_.clear();
  assert_int_not_equal(init(), MOSQ_ERR_SUCCESS);
  assert_true(broker().logged("option 'dsn' (or 'dsn_file') is missing"));
}

TEST_F(PluginEntry, AnOptionGivenTwiceStopsTheStart) {
  options_.emplace_back("dsn", "dbname=x");
  assert_int_not_equal(init(), MOSQ_ERR_SUCCESS);
  assert_true(broker().logged("option 'dsn' is given twice"));
}

TEST_F(PluginEntry, AnOptionWithoutValueDoesNotCrash) {
  mosquitto_opt empty{const_cast<char*>("dsn"), nullptr};
  assert_int_not_equal(mosquitto_plugin_init(nullptr, &user_data_, &empty, 1), MOSQ_ERR_SUCCESS);
}

TEST_F(PluginEntry, ARefusedEventStopsTheStartAndTakesTheOthersBack) {
  for (const int event : {kNeeded[0], kNeeded[1]}) expect_value(mosquitto_callback_register, event, event);
  will_return(mosquitto_callback_register, MOSQ_ERR_SUCCESS);
  will_return(mosquitto_callback_register, MOSQ_ERR_ALREADY_EXISTS);
  expect_value(mosquitto_callback_unregister, event, kNeeded[0]);
  assert_int_not_equal(init(), MOSQ_ERR_SUCCESS);
  assert_true(broker().logged("loaded twice"));
  assert_true(broker().callbacks.empty());
}

TEST_F(PluginEntry, CleanupOfAPluginThatNeverStartedIsHarmless) {
  assert_int_equal(mosquitto_plugin_cleanup(nullptr, nullptr, 0), MOSQ_ERR_SUCCESS);
}

TEST_F(PluginEntry, LoginAnswers) {
  load();
  assert_int_equal(login(device_, kUsername, std::string(kPassword).c_str()), MOSQ_ERR_SUCCESS);
  assert_int_equal(login(device_, kUsername, "wrong"), MOSQ_ERR_AUTH);
  assert_int_equal(login(device_, kUsername, nullptr), MOSQ_ERR_AUTH);
  assert_int_equal(login(device_, "node_dddddddddddd", "x"), MOSQ_ERR_AUTH);
  mosquitto foreign{"laptop", "bob"};
  assert_int_equal(login(foreign, "bob", "x"), MOSQ_ERR_PLUGIN_DEFER);
  assert_int_equal(login(foreign, nullptr, nullptr), MOSQ_ERR_PLUGIN_DEFER);
  assert_int_equal(login(device_, nullptr, nullptr), MOSQ_ERR_AUTH);
  mosquitto nameless{nullptr, nullptr};
  assert_int_equal(login(nameless, kUsername, std::string(kPassword).c_str()), MOSQ_ERR_AUTH);
}

// Trap 8: other answers disconnect the client.
TEST_F(PluginEntry, AccessAnswersAreOnlyThree) {
  load();
  const std::string own = kTopics + "event";
  assert_int_equal(check(device_, MOSQ_ACL_WRITE, own.c_str()), MOSQ_ERR_SUCCESS);
  assert_int_equal(check(device_, MOSQ_ACL_WRITE, own.c_str(), 2), MOSQ_ERR_ACL_DENIED);
  assert_int_equal(check(device_, MOSQ_ACL_WRITE, own.c_str(), 1, true), MOSQ_ERR_ACL_DENIED);
  assert_int_equal(check(device_, MOSQ_ACL_SUBSCRIBE, (kTopics + "control").c_str()), MOSQ_ERR_SUCCESS);
  assert_int_equal(check(device_, MOSQ_ACL_UNSUBSCRIBE, "#"), MOSQ_ERR_SUCCESS);
  assert_int_equal(check(device_, MOSQ_ACL_READ, nullptr), MOSQ_ERR_ACL_DENIED);
  assert_int_equal(check(device_, 0, (kTopics + "control").c_str()), MOSQ_ERR_ACL_DENIED);
  assert_int_equal(check(device_, 64, (kTopics + "control").c_str()), MOSQ_ERR_ACL_DENIED);
  mosquitto foreign{"laptop", "bob"};
  assert_int_equal(check(foreign, MOSQ_ACL_WRITE, own.c_str()), MOSQ_ERR_PLUGIN_DEFER);
}

// Trap 11: the check of a retained message's source comes with a made-up client that nobody has seen connect.
TEST_F(PluginEntry, AMadeUpClientIsJudgedByItsNames) {
  load();
  mosquitto made_up{"wfm-node_aaaaaaaaaaaa", "node_aaaaaaaaaaaa", nullptr};
  assert_int_equal(check(made_up, MOSQ_ACL_WRITE, (kTopics + "event").c_str()), MOSQ_ERR_SUCCESS);
  mosquitto nobody{nullptr, nullptr, nullptr};
  assert_int_equal(check(nobody, MOSQ_ACL_WRITE, "news"), MOSQ_ERR_PLUGIN_DEFER);
}

// Trap 3: a refused client disconnects, too, in 2.0.11 without an id.
TEST_F(PluginEntry, DisconnectOfARefusedClientWithoutIdChangesNothing) {
  load();
  assert_int_equal(login(device_, kUsername, std::string(kPassword).c_str()), MOSQ_ERR_SUCCESS);
  mosquitto refused{"wfm-node_aaaaaaaaaaaa", "node_aaaaaaaaaaaa"};
  assert_int_equal(login(refused, kUsername, "wrong"), MOSQ_ERR_AUTH);
  refused.id = nullptr;
  refused.username = nullptr;
  assert_int_equal(end(refused), MOSQ_ERR_SUCCESS);
  assert_true(figure_becomes("sessions/open", "1"));
  assert_int_equal(end(device_), MOSQ_ERR_SUCCESS);
  assert_true(figure_becomes("sessions/open", "0"));
  assert_int_equal(end(device_), MOSQ_ERR_SUCCESS);  // trap 2: once more
}

// Trap 1.
TEST_F(PluginEntry, TakeOverLeavesOneSession) {
  load();
  mosquitto second = device_;
  login(device_, kUsername, std::string(kPassword).c_str());
  login(second, kUsername, std::string(kPassword).c_str());
  end(device_);
  assert_true(figure_becomes("sessions/open", "1"));
}

// Trap 5: RELOAD carries no options and is followed by BASIC_AUTH of sessions that exist, offline ones included.
TEST_F(PluginEntry, ReloadIsASuccessAndItsQuestionsAreNoLogins) {
  load();
  mosquitto offline_durable = device_;
  assert_int_equal(reload(), MOSQ_ERR_SUCCESS);
  assert_int_equal(login(offline_durable, kUsername, std::string(kPassword).c_str()), MOSQ_ERR_SUCCESS);
  assert_int_equal(login(offline_durable, kUsername, "changed"), MOSQ_ERR_AUTH);
  assert_true(figure_becomes("devices", "1"));
  assert_string_equal(broker().published["$SYS/broker/loomgate/sessions/open"].c_str(), "0");
  assert_int_equal(login(device_, kUsername, std::string(kPassword).c_str()), MOSQ_ERR_SUCCESS);
  assert_true(figure_becomes("sessions/open", "1"));
}

TEST_F(PluginEntry, AWrongConfigFileAtReloadIsToldAndStillASuccess) {
  const std::string file = directory_ + "/plugin.conf";
  std::ofstream(file) << "lookup_rate=3\n";
  options_.emplace_back("config_file", file);
  load();
  std::ofstream(file) << "no equals sign\n";
  assert_int_equal(reload(), MOSQ_ERR_SUCCESS);
  tick();
  assert_true(broker().logged("LG-PLG-006"));
  assert_true(broker().logged("line 1 of the config_file has no '='"));
}

// The 2.1 way: CONNECT opens a session, CLIENT_OFFLINE (trap 4) ends that of a client with session expiry.
TEST_F(PluginEntry, ANewerBrokerTellsConnectsAndOfflineItself) {
  load(true);
  login(device_, kUsername, std::string(kPassword).c_str());
  assert_true(figure_becomes("logins/accepted", "1"));
  assert_string_equal(broker().published["$SYS/broker/loomgate/sessions/open"].c_str(), "0");
  connect_event(device_);
  assert_true(figure_becomes("sessions/open", "1"));
  end(device_, kEventClientOffline);
  assert_true(figure_becomes("sessions/open", "0"));
  mosquitto foreign{"laptop", "bob"};
  assert_int_equal(connect_event(foreign), MOSQ_ERR_SUCCESS);
  mosquitto http_api{"http-api", "node_aaaaaaaaaaaa"};
  connect_event(http_api);
  end(http_api, MOSQ_EVT_DISCONNECT);
}

TEST_F(PluginEntry, NoExceptionCrossesAndEveryFailureIsARefusal) {
  load();
  mosquitto broken = device_;
  broken.throws = true;
  assert_int_equal(login(broken, kUsername, "x"), MOSQ_ERR_AUTH);
  assert_int_equal(check(broken, MOSQ_ACL_WRITE, "x"), MOSQ_ERR_ACL_DENIED);
  broker().publishing_throws = true;
  assert_int_equal(tick(), MOSQ_ERR_SUCCESS);
  broker().publishing_throws = false;
  assert_true(figure_becomes("callback_failures", "3"));
  assert_true(broker().logged("LG-PLG-007"));
}

TEST_F(PluginEntry, ControlCharactersOfANameDoNotReachTheLog) {
  load();
  mosquitto evil{"x", nullptr};
  assert_int_equal(login(evil, "node_\n\x1b[31mforged line", "x"), MOSQ_ERR_AUTH);
  assert_true(harness::eventually(30s, [&] {
    tick();
    return broker().logged("'node_??[31mforged line', malformed");
  }));
}

// Trap 6: only sessions that are open are kicked, and of those only the ones that began with an older credential.
TEST_F(PluginEntry, RevocationKicksOpenSessionsOfAnOlderCredentialOnly) {
  access::AccessTable table = table_of_vectors();
  presence::SessionBook sessions;
  plugin::Revocations revocations;
  revocations.add(0xaaaaaaaaaaaa);
  assert_int_equal(revocations.end_sessions(table, sessions), 0);  // not connected

  sessions.open(&device_, *table.find(access::testing::kNode), {}, 1);
  revocations.add(0xaaaaaaaaaaaa);
  assert_int_equal(revocations.end_sessions(table, sessions), 0);  // came back with the new credential

  apply(table, grant_device(0xaaaaaaaaaaaa, 0xbbbbbbbbbbbb, "renewed"));
  revocations.add(0xaaaaaaaaaaaa);
  expect_string(mosquitto_kick_client_by_clientid, clientid, "wfm-node_aaaaaaaaaaaa");
  expect_value(mosquitto_kick_client_by_clientid, with_will, true);
  assert_int_equal(revocations.end_sessions(table, sessions), 1);
  assert_int_equal(revocations.waiting(), 0U);
}

}  // namespace
}  // namespace loomgate::plugin_entry_tests
