// SPDX-License-Identifier: Apache-2.0
// What the keeper says while it knows nothing, and what it makes of many devices at once.
#include "daemon/brokers/access_keeper.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::brokers {
namespace {

using namespace std::chrono_literals;

bool allows(AccessKeeper& keeper, const std::string& node) {
  const auto client = "wfm-" + node, topic = "wfm/cfg_bbbbbbbbbbbb/" + node + "/event";
  return keeper.allows({node, client, topic, access::Action::kPublish});
}

TEST(AccessKeeper, DeniesDevicesUntilItHasReadTheDatabase) {
  AccessKeeper keeper({.conninfo = fmt::format("host=127.0.0.1 port={} connect_timeout=1", harness::free_port()),
                       .backend_user = "backend"});
  EXPECT_FALSE(keeper.allows({"backend", "b", "any", access::Action::kPublish})) << "not started";
  keeper.start();
  EXPECT_FALSE(harness::eventually(500ms, [&] { return allows(keeper, "node_000000000001"); }));
  EXPECT_TRUE(keeper.allows({"backend", "b", "any", access::Action::kPublish}));
  EXPECT_FALSE(keeper.allows({"", "b", "any", access::Action::kPublish}));
}

TEST(AccessKeeper, ABackendWithoutANameIsNobody) {
  const auto database = harness::shared_cluster().fresh_database();
  AccessKeeper keeper({.conninfo = database.dsn(), .backend_user = ""});
  keeper.start();
  EXPECT_FALSE(keeper.allows({"", "", "any", access::Action::kPublish}));
}

TEST(AccessKeeper, FollowsThousandsOfDevices) {
  constexpr int kDevices = 3000;
  const auto database = harness::shared_cluster().fresh_database();
  auto connection = harness::connect(database.dsn());
  connection.exec_script(
      "INSERT INTO configs (id, name, virtual_subnet, default_listen_port) "
      "VALUES ('cfg_bbbbbbbbbbbb', 'lab', '10.0.0.0/8', 1)");
  connection.exec_script(fmt::format(
      "INSERT INTO nodes (id, config_id, name, public_key, private_key_sealed) "
      "SELECT 'node_' || lpad(to_hex(i), 12, '0'), 'cfg_bbbbbbbbbbbb', 'n' || i, repeat('k', 44), '\\x00' "
      "FROM generate_series(1, {0}) i; "
      "INSERT INTO node_clients (node_id, config_id, client_initialized, mqtt_username, mqtt_client_id, mqtt_salt, mqtt_hash) "
      "SELECT id, config_id, true, id, 'wfm-' || id, decode(repeat('11', 16), 'hex'), decode(repeat('22', 32), 'hex') "
      "FROM nodes",
      kDevices));
  AccessKeeper keeper({.conninfo = database.broker_dsn(), .backend_user = "backend"});
  keeper.start();
  const auto allowed = [&] {
    int count = 0;
    for (int i = 1; i <= kDevices; ++i) count += allows(keeper, fmt::format("node_{:012x}", i)) ? 1 : 0;
    return count;
  };
  EXPECT_TRUE(harness::eventually(30s, [&] { return allowed() == kDevices; })) << allowed();
  connection.exec_script("UPDATE nodes SET enabled = false WHERE id <= 'node_0000000003e8'");
  EXPECT_TRUE(harness::eventually(30s, [&] { return allowed() == kDevices - 1000; })) << allowed();
}

}  // namespace
}  // namespace loomgate::brokers
