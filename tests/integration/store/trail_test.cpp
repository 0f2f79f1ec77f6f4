// SPDX-License-Identifier: Apache-2.0
// Audit and change rows, and the table of constraint errors.
#include "daemon/store/audit.h"
#include "daemon/store/changes.h"
#include "tests/integration/services_mesh/mesh_test.h"

namespace loomgate::test {
namespace {

using Trail = MeshTest;

TEST_F(Trail, ChangesKeepTheirOrderAndUnusedIdsAreNull) {
  pool.transact([&](pg::Transaction& transaction) {
    store::add_changes(transaction, {});
    store::add_changes(transaction, {{"config.list", "", "", ""},
                                     {"node.apply", "cfg_1", "node_1", ""},
                                     {"control.log.created", "cfg_1", "node_1", "elog_1"}});
  });
  EXPECT_EQ(scalar("SELECT string_agg(concat_ws('/', type, config_id, node_id, ref), ' ' ORDER BY id) FROM changes"),
            "config.list node.apply/cfg_1/node_1 control.log.created/cfg_1/node_1/elog_1");
}

TEST_F(Trail, WhatIsRolledBackLeavesNoTrail) {
  try {
    pool.transact([&](pg::Transaction& transaction) {
      store::add_audit(transaction, admin, {"node.update", "cfg_1", "node_1", "a", "Node updated"});
      store::add_changes(transaction, {{"config.list", "", "", ""}});
      throw std::runtime_error("stop");
    });
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(scalar("SELECT (SELECT count(*) FROM audit_log) + (SELECT count(*) FROM changes)"), "0");
}

// Every constraint in the table of codes exists, so a renamed one is noticed here and not by a user who sees a 500.
TEST_F(Trail, ConstraintsAreTranslatedByName) {
  const auto config = make_config("m").config.id;
  const auto node = make_node(config, "a").node;
  const auto insert_node = [&](const std::string& config_id, const std::string& ip) {
    return refused([&] {
      scalar("INSERT INTO nodes (id, config_id, name, virtual_ip, public_key, private_key_sealed) VALUES "
             "('node_ffffffffffff', '" + config_id + "', 'x', '" + ip + "', repeat('a', 44), '')");
    });
  };
  EXPECT_EQ(insert_node("cfg_ffffffffffff", "10.0.0.9"), "CONFIG_NOT_FOUND 404");
  EXPECT_EQ(insert_node(config, "10.66.0.1/24"), "INVALID_VIRTUAL_IP 400");
  EXPECT_EQ(refused([&] { scalar("INSERT INTO node_texts VALUES ('node_ffffffffffff', repeat('0', 64), '')"); }),
            "NODE_NOT_FOUND 404");
  EXPECT_EQ(refused([&] {
              scalar("INSERT INTO link_groups (id, config_id, forward_node_id, reverse_node_id) VALUES "
                     "('group_ffffffffffff', '" + config + "', '" + node.id + "', 'node_ffffffffffff')");
            }),
            "NODE_NOT_FOUND 404");
  EXPECT_EQ(refused([&] {
              scalar("INSERT INTO link_groups (id, config_id, forward_node_id, reverse_node_id) VALUES "
                     "('group_ffffffffffff', '" + config + "', '" + node.id + "', '" + node.id + "')");
            }),
            "INVALID_PEER_LINK 400");
}

// Only a bug could do that, and it shall not go through: the rows of a node are found by its config, and go with it.
TEST_F(Trail, WhatBelongsToANodeCarriesItsConfig) {
  const auto other = make_config("other").config.id;
  const auto config = make_config("m").config.id;
  const auto node = make_node(config, "a").node.id;
  const auto constraint_of = [&](const std::string& sql) -> std::string {
    try {
      scalar(sql);
    } catch (const pg::DatabaseError& error) {
      return std::string(error.constraint());
    }
    return "none: " + sql;
  };
  for (const char* insert : {"node_config_state (node_id, config_id) VALUES ($n, $c)", "node_runtime (node_id, config_id) VALUES ($n, $c)",
                             "node_clients (node_id, config_id) VALUES ($n, $c)",
                             "probes (node_id, config_id, request_id) VALUES ($n, $c, repeat('0', 32))",
                             "agent_events (node_id, config_id, id, request_id, event) "
                             "VALUES ($n, $c, 'elog_ffffffffffff', repeat('0', 32), 'online')",
                             "commands (node_id, config_id, id, request_id, action, requested_by) "
                             "VALUES ($n, $c, 'elog_ffffffffffff', repeat('0', 32), 'probe', 'admin')"}) {
    std::string sql = std::string("INSERT INTO ") + insert;
    sql.replace(sql.find("$n"), 2, "'" + node + "'").replace(sql.find("$c"), 2, "'" + other + "'");
    const std::string table = sql.substr(12, sql.find(" (") - 12);
    scalar("DELETE FROM " + table);
    EXPECT_EQ(constraint_of(sql), table + "_one_config");
    sql.replace(sql.find(other), other.size(), config);
    scalar(sql);
    EXPECT_EQ(constraint_of("UPDATE " + table + " SET config_id = '" + other + "'"), table + "_one_config");
  }
  EXPECT_EQ(constraint_of("UPDATE nodes SET config_id = '" + other + "'"), "nodes_one_config");
}

TEST_F(Trail, ViolationsThatOnlyABugCanCauseStayUntranslated) {
  try {
    scalar("INSERT INTO configs (id, name, virtual_subnet, default_listen_port) VALUES ('nonsense', 'x', '10.0.0.0/8', 1)");
    FAIL();
  } catch (...) {
    EXPECT_FALSE(store::translate_database_error(std::current_exception()));
  }
  EXPECT_FALSE(store::translate_database_error(std::make_exception_ptr(std::runtime_error("other"))));
}

}  // namespace
}  // namespace loomgate::test
