// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/plugin/fixture.h"

#include <fmt/core.h>

#include "plugin/base/digest.h"

namespace loomgate::plugin_tests {
namespace {

struct Hashed {
  std::string salt, hash;  // bytea literals
};

Hashed hashed(const std::string& password) {
  MqttSalt salt{};
  random_bytes(salt);
  return {"'\\x" + to_hex(salt) + "'", "'\\x" + to_hex(mqtt_password_hash(salt, password)) + "'"};
}

}  // namespace

std::string topic(const std::string& suffix, const std::string& node, const std::string& config) {
  return "wfm/" + config + "/" + node + "/" + suffix;
}

std::string node_name(int number) {
  return fmt::format("node_{:012x}", number);
}

PluginTest::PluginTest(bool own_cluster)
    : own_cluster_(own_cluster ? std::make_unique<harness::PostgresCluster>() : nullptr) {}

void PluginTest::SetUp() {
  harness::PostgresCluster& cluster = own_cluster_ ? *own_cluster_ : harness::shared_cluster();
  database_ = std::make_unique<harness::TestDatabase>(cluster.fresh_database());
  connection_ = std::make_unique<pg::Connection>(harness::connect(database_->dsn()));
  add_config(kConfig);
  bind(kNode, kPassword);
  add_daemon(kDaemon, kDaemonPassword);
}

void PluginTest::TearDown() {
  if (HasFailure() && broker_)
    std::fprintf(stderr, "--- broker log ---\n%s------------------\n", broker_->log().c_str());
  broker_.reset();
  connection_.reset();
}

void PluginTest::start_broker() {
  if (!broker_) {
    broker_ = std::make_unique<harness::MosquittoBroker>(harness::broker_with_plugin(database_->broker_dsn()));
    broker_->options().plugin_options.emplace_back("cache_file", broker_->file("access.cache"));
    broker_->options().plugin_options.emplace_back("broker_id", "test-broker");
  }
  broker_->start();
  ASSERT_TRUE(broker_->logged("LG-PLG-101")) << "the plugin does not load its table";
  ASSERT_TRUE(broker_->logged("LG-PLG-201")) << "the plugin does not record sessions";
}

std::string PluginTest::text_of(const std::string& query) {
  const pg::Result result = sql(query);
  return result.empty() ? std::string() : std::string(result[0].raw(0));
}

void PluginTest::add_config(const std::string& config) {
  static int subnet = 0;
  ++subnet;
  sql(fmt::format(
      "INSERT INTO configs (id, name, virtual_subnet, default_listen_port) VALUES ('{}', 'c{}', '10.{}.0.0/16', 51820)",
      config, subnet, subnet % 250));
}

void PluginTest::bind(const std::string& node, const std::string& password, const std::string& config) {
  const Hashed secret = hashed(password);
  sql(
      fmt::format("INSERT INTO nodes (id, config_id, name, public_key, private_key_sealed) "
                  "VALUES ('{0}', '{1}', '{0}', repeat('k', 44), '\\x00') ON CONFLICT (id) DO NOTHING; "
                  "INSERT INTO node_clients (node_id, config_id, client_initialized, mqtt_username, mqtt_client_id, "
                  "mqtt_salt, mqtt_hash) "
                  "VALUES ('{0}', '{1}', true, '{0}', 'wfm-{0}', {2}, {3}) ON CONFLICT (node_id) DO UPDATE SET "
                  "mqtt_salt = excluded.mqtt_salt, mqtt_hash = excluded.mqtt_hash, client_initialized = true",
                  node, config, secret.salt, secret.hash));
}

void PluginTest::add_daemon(const std::string& username, const std::string& password) {
  const Hashed secret = hashed(password);
  sql(
      fmt::format("INSERT INTO service_accounts (username, client_id, salt, hash) VALUES ('{0}', '{0}', {1}, {2}) "
                  "ON CONFLICT (username) DO UPDATE SET salt = excluded.salt, hash = excluded.hash",
                  username, secret.salt, secret.hash));
}

MqttClientOptions PluginTest::device(const std::string& node, const std::string& password) const {
  MqttClientOptions options;
  options.port = broker_->port();
  options.client_id = "wfm-" + node;
  options.username = node;
  options.password = password;
  return options;
}

MqttClientOptions PluginTest::daemon() const {
  MqttClientOptions options = device(kDaemon, kDaemonPassword);
  options.client_id = kDaemon;
  return options;
}

MqttClient PluginTest::connected(MqttClientOptions options) const {
  MqttClient client(std::move(options));
  EXPECT_TRUE(soon([&] { return client.connect() == harness::kAccepted; }));
  return client;
}

int PluginTest::try_connect(MqttClientOptions options) const {
  return MqttClient(std::move(options)).connect();
}

bool PluginTest::session_becomes(const std::string& node, const std::string& state) {
  const std::string query =
      "SELECT CASE WHEN ended_at IS NULL THEN 'open' ELSE 'ended' END FROM broker_sessions WHERE client_id = 'wfm-" +
      node + "'";
  return soon([&] { return text_of(query) == state; });
}

std::int64_t PluginTest::session_epoch(const std::string& node) {
  return std::stoll("0" + text_of("SELECT epoch FROM broker_sessions WHERE client_id = 'wfm-" + node + "'"));
}

}  // namespace loomgate::plugin_tests
