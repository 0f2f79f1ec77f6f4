// SPDX-License-Identifier: Apache-2.0
// Ten thousand devices: what they cost in memory, and that loading, reloading and revoking them does not hold up a
// client.
#include <algorithm>
#include <fstream>
#include <vector>

#include "tests/harness/durations.h"
#include "tests/integration/plugin/fixture.h"

namespace loomgate::plugin_tests {
namespace {

using namespace harness;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

class Scale : public PluginTest {
 protected:
  void SetUp() override {
    PluginTest::SetUp();
    start_broker();
  }
  // One transaction, so that the plugin is told "everything".
  void bind_ten_thousand() {
    sql("WITH made AS (INSERT INTO nodes (id, config_id, name, public_key, private_key_sealed) "
        "SELECT 'node_' || lpad(to_hex(i), 12, '0'), 'cfg_bbbbbbbbbbbb', 'n' || i, repeat('k', 44), '\\x00' "
        "FROM generate_series(1, 10000) AS i RETURNING id, config_id) "
        "INSERT INTO node_clients (node_id, config_id, client_initialized, mqtt_username, mqtt_client_id, mqtt_salt, "
        "mqtt_hash) "
        "SELECT id, config_id, true, id, 'wfm-' || id, decode(md5(id), 'hex'), sha256(decode(md5(id), 'hex') || "
        "'many') FROM made");
  }
  // As the plugin counts them.
  std::string devices() { return text_of("SELECT counters->>'devices' FROM brokers"); }
  // Resident memory that is not backed by files, in kB.
  long memory_kb() const {
    std::ifstream status("/proc/" + std::to_string(broker_->pid()) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("RssAnon:")) return std::stol(line.substr(8));
    }
    return 0;
  }
};

TEST_F(Scale, TenThousandDevicesAreLoadedRevokedAndBroughtBackWhileAClientPublishes) {
  MqttClient bystander = connected(device());
  std::vector<long> memory{memory_kb()};
  // The bar of an idle machine is 10 ms.
  EXPECT_LE(fastest(250ms, [&] {
    std::chrono::milliseconds longest{0};
    const auto until = [&](auto condition) {
      return soon([&] {
        longest = std::max(longest, duration_of([&] { EXPECT_LT(bystander.publish(topic("event"), "{}"), 128); }));
        return condition();
      });
    };
    if (memory.size() > 1) {
      sql("DELETE FROM nodes WHERE id <> 'node_aaaaaaaaaaaa'");
      EXPECT_TRUE(until([&] { return devices() == "1"; }));
    }
    bind_ten_thousand();
    EXPECT_TRUE(until([&] { return devices() == "10001"; }));
    EXPECT_EQ(try_connect(device(node_name(10000), "many")), kAccepted);
    memory.push_back(memory_kb());
    sql("UPDATE nodes SET enabled = false WHERE id <> 'node_aaaaaaaaaaaa'");
    EXPECT_TRUE(until([&] { return try_connect(device(node_name(10000), "many")) == kNotAuthorized; }));
    sql("UPDATE nodes SET enabled = true");
    EXPECT_TRUE(until([&] { return try_connect(device(node_name(1), "many")) == kAccepted; }));
    std::printf("10,000 devices: longest PUBACK meanwhile %d ms\n", static_cast<int>(longest.count()));
    return longest;
  }), 250ms);
  std::printf("10,000 devices: %ld kB more\n", memory[1] - memory[0]);
  if (!kSanitized) {
    EXPECT_LE(memory[1] - memory[0], 5000);
  }
}

}  // namespace
}  // namespace loomgate::plugin_tests
