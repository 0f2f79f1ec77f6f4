// SPDX-License-Identifier: Apache-2.0
// Every change of who may connect is announced on loomgate_access with exactly the usernames it concerns, whoever makes it;
// everything else is silent. docs/database.md, "Notifications".
#include <algorithm>
#include <set>
#include <sstream>

#include "sql/pg/transaction.h"
#include "tests/integration/pg/schema_fixture.h"

namespace loomgate::pg {
namespace {

using Names = std::set<std::string>;

class AccessNotifications : public SchemaTest {
 protected:
  AccessNotifications() {
    add_config(1);
    add_config(2);
    for (const int node : {1, 2}) add_node(node, 1);
    add_node(3, 2);
    listener_.exec_script("LISTEN loomgate_access");
  }

  // The usernames that the statements announce, between two markers of our own.
  Names announced_by(const std::string& sql) {
    run("SELECT pg_notify('loomgate_access', '#begin')");
    run(sql);
    run("SELECT pg_notify('loomgate_access', '#end')");
    Names names;
    for (;;) {
      listener_.exec_script("SELECT 1");  // the server sends notifications along with an answer
      for (const Notification& notification : listener_.poll_notifications()) {
        if (notification.payload == "#end") return names;
        if (notification.payload == "#begin") {
          names.clear();
          continue;
        }
        std::istringstream words(notification.payload);
        for (std::string name; words >> name;) names.insert(name);
      }
    }
  }

  static std::string update_node(int number, const std::string& assignment) {
    return "UPDATE nodes SET " + assignment + " WHERE id = '" + node_id(number) + "'";
  }
  static std::string update_client(int number, const std::string& assignment) {
    return "UPDATE node_clients SET " + assignment + " WHERE node_id = '" + node_id(number) + "'";
  }

  Connection listener_ = harness::connect(database_.dsn());
};

TEST_F(AccessNotifications, NodeDisabledAndEnabled) {
  EXPECT_EQ(announced_by(update_node(1, "enabled = false")), Names{node_id(1)});
  EXPECT_EQ(announced_by(update_node(1, "enabled = true")), Names{node_id(1)});
}

TEST_F(AccessNotifications, NodeMadeStaticAndDynamic) {
  EXPECT_EQ(announced_by(update_node(2, "node_type = 'static'")), Names{node_id(2)});
  EXPECT_EQ(announced_by(update_node(2, "node_type = 'dynamic'")), Names{node_id(2)});
}

TEST_F(AccessNotifications, NodeDeleted) {
  EXPECT_EQ(announced_by("DELETE FROM nodes WHERE id = '" + node_id(1) + "'"), Names{node_id(1)});
}

TEST_F(AccessNotifications, ConfigDisabledEnabledDeleted) {
  EXPECT_EQ(announced_by("UPDATE configs SET enabled = false WHERE id = '" + config_id(1) + "'"), (Names{node_id(1), node_id(2)}));
  EXPECT_EQ(announced_by("UPDATE configs SET enabled = true WHERE id = '" + config_id(1) + "'"), (Names{node_id(1), node_id(2)}));
  EXPECT_EQ(announced_by("DELETE FROM configs WHERE id = '" + config_id(1) + "'"), (Names{node_id(1), node_id(2)}));
}

TEST_F(AccessNotifications, ClientReboundResetAndDeleted) {
  EXPECT_EQ(announced_by(update_client(1, "mqtt_hash = repeat('i', 32)::bytea")), Names{node_id(1)});
  EXPECT_EQ(announced_by(update_client(1, "mqtt_salt = repeat('t', 16)::bytea")), Names{node_id(1)});
  EXPECT_EQ(announced_by(update_client(1, "client_initialized = false, mqtt_username = '', mqtt_client_id = '', mqtt_salt = NULL, "
                                          "mqtt_hash = NULL")),
            Names{node_id(1)});
  EXPECT_EQ(announced_by("DELETE FROM node_clients WHERE node_id = '" + node_id(2) + "'"), Names{node_id(2)});
}

TEST_F(AccessNotifications, FirstBind) {
  run("DELETE FROM node_clients");
  EXPECT_EQ(announced_by(fmt::format("INSERT INTO node_clients (node_id, config_id) VALUES ('{}', '{}')", node_id(1), config_id(1))), Names{});
  EXPECT_EQ(announced_by(update_client(1, "client_initialized = true, mqtt_username = node_id, mqtt_client_id = 'wfm-' || node_id, "
                                          "mqtt_salt = repeat('s', 16)::bytea, mqtt_hash = repeat('h', 32)::bytea")),
            Names{node_id(1)});
}

TEST_F(AccessNotifications, ServiceAccountMadeChangedAndRemoved) {
  const std::string name = "wfm-server-1";
  EXPECT_EQ(announced_by("INSERT INTO service_accounts (username, client_id, salt, hash) VALUES ('wfm-server-1', 'wfm-server-1', "
                         "repeat('s', 16)::bytea, repeat('h', 32)::bytea)"),
            Names{name});
  EXPECT_EQ(announced_by("UPDATE service_accounts SET hash = repeat('i', 32)::bytea"), Names{name});
  EXPECT_EQ(announced_by("UPDATE service_accounts SET heartbeat_at = now()"), Names{});
  EXPECT_EQ(announced_by("UPDATE service_accounts SET username = 'wfm-server-2', client_id = 'wfm-server-2'"), (Names{name, "wfm-server-2"}));
  EXPECT_EQ(announced_by("DELETE FROM service_accounts"), Names{"wfm-server-2"});
  EXPECT_EQ(announced_by("TRUNCATE service_accounts"), Names{"*"});
}

TEST_F(AccessNotifications, TheSwitchForAllServicesAsksForAReload) {
  EXPECT_EQ(announced_by("INSERT INTO settings (key, value) VALUES ('mqtt_services_enabled', 'false')"), Names{"*"});
  EXPECT_EQ(announced_by("UPDATE settings SET value = 'true'"), Names{"*"});
  EXPECT_EQ(announced_by("DELETE FROM settings"), Names{"*"});
  EXPECT_EQ(announced_by("INSERT INTO settings (key, value) VALUES ('site_name', 'x')"), Names{});
  EXPECT_EQ(announced_by("DELETE FROM settings"), Names{});
  EXPECT_EQ(announced_by("TRUNCATE settings"), Names{"*"});
}

TEST_F(AccessNotifications, BulkChangesAskForAReload) {
  for (int node = 100; node < 201; ++node) add_node(node, 1);
  EXPECT_EQ(announced_by("UPDATE nodes SET enabled = false"), Names{"*"});
  EXPECT_EQ(announced_by("UPDATE configs SET enabled = false"), Names{"*"});
  EXPECT_EQ(announced_by("TRUNCATE node_clients"), Names{"*"});
}

TEST_F(AccessNotifications, AHundredNamesFitIntoOneNotification) {
  for (int node = 100; node < 197; ++node) add_node(node, 1);
  EXPECT_EQ(announced_by("UPDATE nodes SET enabled = false").size(), 100U);
}

TEST_F(AccessNotifications, OtherChangesAreSilent) {
  EXPECT_EQ(announced_by(update_node(1, "name = 'renamed', listen_port = 1234, updated_at = now()")), Names{});
  EXPECT_EQ(announced_by(update_client(1, "client_version = '9', interface_name = 'wg0'")), Names{});
  EXPECT_EQ(announced_by("UPDATE configs SET name = 'renamed' WHERE id = '" + config_id(1) + "'"), Names{});
  EXPECT_EQ(announced_by(update_node(1, "enabled = enabled")), Names{});
  EXPECT_EQ(announced_by("UPDATE configs SET enabled = enabled"), Names{});
}

TEST_F(AccessNotifications, ARolledBackChangeIsSilent) {
  EXPECT_EQ(announced_by("BEGIN; " + update_node(1, "enabled = false") + "; ROLLBACK"), Names{});
}

// ------------------------------------------------------------------------------------------------ what the view shows

class AccessView : public SchemaTest {
 protected:
  AccessView() {
    add_config(1);
    add_node(1, 1);
    run("INSERT INTO service_accounts (username, client_id, salt, hash) VALUES ('wfm-server-1', 'wfm-server-1', "
        "repeat('s', 16)::bytea, repeat('h', 32)::bytea)");
  }
  Names principals() {
    Names names;
    for (const Row row : run("SELECT username FROM access")) names.insert(row.get<std::string>(0));
    return names;
  }
};

TEST_F(AccessView, ShowsBoundEnabledDynamicNodesAndDaemons) {
  const Names both{node_id(1), "wfm-server-1"};
  const Names daemon_only{"wfm-server-1"};
  EXPECT_EQ(principals(), both);
  for (const auto& [off, on] : {std::pair{"UPDATE nodes SET enabled = false", "UPDATE nodes SET enabled = true"},
                                std::pair{"UPDATE nodes SET node_type = 'static'", "UPDATE nodes SET node_type = 'dynamic'"},
                                std::pair{"UPDATE configs SET enabled = false", "UPDATE configs SET enabled = true"},
                                std::pair{"UPDATE node_clients SET client_initialized = false", "UPDATE node_clients SET client_initialized = true"}}) {
    run(off);
    EXPECT_EQ(principals(), daemon_only) << off;
    run(on);
    EXPECT_EQ(principals(), both) << on;
  }
  run("INSERT INTO settings (key, value) VALUES ('mqtt_services_enabled', 'false')");
  EXPECT_EQ(principals(), Names{});
}

}  // namespace
}  // namespace loomgate::pg
