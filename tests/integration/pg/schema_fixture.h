// SPDX-License-Identifier: Apache-2.0
// A fresh database and short ways to put domain rows into it, for the tests of the schema itself.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/harness/postgres_cluster.h"

namespace loomgate::pg {

class SchemaTest : public testing::Test {
 protected:
  // Ids from small numbers: node_000000000001.
  static std::string config_id(int number) { return fmt::format("cfg_{:012x}", number); }
  static std::string node_id(int number) { return fmt::format("node_{:012x}", number); }

  Result run(const std::string& sql) { return connection_.exec_script(sql); }

  void add_config(int number) {
    run(fmt::format("INSERT INTO configs (id, name, virtual_subnet, default_listen_port) VALUES ('{}', 'c{}', '10.{}.0.0/16', 51820)",
                    config_id(number), number, number));
  }

  // A dynamic node whose agent is bound.
  void add_node(int number, int config) {
    run(fmt::format("INSERT INTO nodes (id, config_id, name, public_key, private_key_sealed) VALUES ('{}', '{}', 'n', repeat('k', 44), 'x')",
                    node_id(number), config_id(config)));
    run(fmt::format("INSERT INTO node_clients (node_id, config_id, client_initialized, mqtt_username, mqtt_client_id, mqtt_salt, mqtt_hash) "
                    "VALUES ('{0}', '{1}', true, '{0}', 'wfm-{0}', '{2}', '{3}')",
                    node_id(number), config_id(config), std::string(16, 's'), std::string(32, 'h')));
  }

  harness::TestDatabase database_ = harness::shared_cluster().fresh_database();
  Connection connection_ = harness::connect(database_.dsn());
};

}  // namespace loomgate::pg
