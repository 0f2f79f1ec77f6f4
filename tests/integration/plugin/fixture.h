// SPDX-License-Identifier: Apache-2.0
// A database with devices in it, a broker with the plugin, and clients that behave like devices.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/harness/broker.h"
#include "tests/harness/eventually.h"
#include "tests/harness/mqtt_client.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::plugin_tests {

using namespace std::chrono_literals;
using harness::eventually;
using harness::MqttClient;
using harness::MqttClientOptions;

using harness::kPatience;  // short of the minute after which the plugin reads everything anew

template <typename Condition>
bool soon(Condition&& condition) {
  return eventually(kPatience, condition);
}

inline constexpr const char* kConfig = "cfg_bbbbbbbbbbbb";
inline constexpr const char* kNode = "node_aaaaaaaaaaaa";
inline constexpr const char* kPassword = "device-password";
inline constexpr const char* kDaemon = "wfm-server-test";
inline constexpr const char* kDaemonPassword = "daemon-password";

std::string topic(const std::string& suffix, const std::string& node = kNode, const std::string& config = kConfig);
std::string node_name(int number);  // node_000000000000 + number in hex

class PluginTest : public ::testing::Test {
 protected:
  explicit PluginTest(bool own_cluster = false);

  // Config kConfig, device kNode and daemon kDaemon stand in the database, nothing runs yet.
  void SetUp() override;
  void TearDown() override;

  void start_broker();  // with dsn, a cache file and a broker id; waits until the plugin has loaded the table

  pg::Result sql(const std::string& text) { return connection_->exec_script(text); }
  std::string text_of(const std::string& query);  // first column of the first row, empty for no row or NULL
  void add_config(const std::string& config);
  void bind(const std::string& node, const std::string& password,
            const std::string& config = kConfig);  // adds or binds again
  void add_daemon(const std::string& username, const std::string& password);

  MqttClientOptions device(const std::string& node = kNode, const std::string& password = kPassword) const;
  MqttClientOptions daemon() const;
  // Knocks until it is let in: a device of a moment ago may have to, on a busy machine.
  MqttClient connected(MqttClientOptions options) const;
  int try_connect(MqttClientOptions options) const;

  // Waits until a row of broker_sessions says so: "open", "ended" or "" for no row, and the epoch if not zero.
  bool session_becomes(const std::string& node, const std::string& state);
  std::int64_t session_epoch(const std::string& node);

  std::unique_ptr<harness::PostgresCluster> own_cluster_;  // for tests that hurt it
  std::unique_ptr<harness::TestDatabase> database_;
  std::unique_ptr<pg::Connection> connection_;
  std::unique_ptr<harness::MosquittoBroker> broker_;
};

}  // namespace loomgate::plugin_tests
