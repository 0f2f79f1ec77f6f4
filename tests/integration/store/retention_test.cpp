// SPDX-License-Identifier: Apache-2.0
// What is dropped when it is older than it is kept, and what stays.
#include "daemon/store/retention.h"
#include "tests/integration/services_mesh/mesh_test.h"

namespace loomgate::test {
namespace {

class RetentionTest : public MeshTest {
 protected:
  bool drop(const store::Retention& retention = {}) {
    return pool.transact([&](pg::Transaction& transaction) { return store::drop_old_rows(transaction, retention); });
  }
  void run(const std::string& sql) { pool.acquire()->exec_script(sql); }
  // In a transaction of its own.
  void change(const std::string& age) {
    run("INSERT INTO changes (type, at) VALUES ('" + age + "', now() - interval '" + age + "')");
  }
  void audit(const std::string& action, const std::string& age) {
    run("INSERT INTO audit_log (at, actor_kind, action) VALUES (now() - interval '" + age + "', 'admin', '" + action + "')");
  }
  std::string left(const std::string& column, const std::string& table) {
    return scalar("SELECT coalesce(string_agg(" + column + ", ' ' ORDER BY " + column + "), '') FROM " + table);
  }
};

TEST_F(RetentionTest, ChangesAreKeptForAnHour) {
  run("TRUNCATE changes");
  for (const char* age : {"3 hours", "2 hours", "61 minutes", "59 minutes", "0 minutes"}) change(age);
  EXPECT_FALSE(drop());
  EXPECT_EQ(left("type", "changes"), "0 minutes 59 minutes 61 minutes") << "the last old one says up to where";
}

TEST_F(RetentionTest, ABacklogIsDroppedInPortions) {
  run("TRUNCATE changes; INSERT INTO changes (type, at) SELECT 'old', now() - interval '2 hours' FROM generate_series(1, 12000)");
  change("61 minutes");
  int rounds = 1;
  while (drop()) ++rounds;
  EXPECT_EQ(rounds, 3);
  EXPECT_EQ(left("type", "changes"), "61 minutes");
}

TEST_F(RetentionTest, TheAuditLogIsKeptAsLongAsTheOperatorSays) {
  run("TRUNCATE audit_log");
  audit("ancient", "401 days");
  audit("old", "399 days");
  drop({.audit = store::Days(0)});
  EXPECT_EQ(left("action", "audit_log"), "ancient old") << "0 is for ever";
  drop();
  EXPECT_EQ(left("action", "audit_log"), "old");
  drop({.audit = store::Days(10)});
  EXPECT_EQ(left("action", "audit_log"), "");
}

TEST_F(RetentionTest, BrokersAreForgottenWithTheirSessionsWhenTheyAreLongGone) {
  run("SELECT broker_register('gone', 'mosquitto', 'boot', '', ''), broker_register('here', 'mosquitto', 'boot', '', '')");
  run("UPDATE brokers SET heartbeat_at = now() - interval '31 days' WHERE id = 'gone'");
  run("INSERT INTO broker_sessions (broker_id, client_id, boot_id, username, epoch, connected_at, ended_at, unseen) VALUES "
      "('gone', 'a', 'boot', 'a', 1, now() - interval '40 days', now() - interval '31 days', false), "
      "('here', 'b', 'boot', 'b', 1, now() - interval '40 days', now() - interval '31 days', false), "
      "('here', 'c', 'boot', 'c', 1, now() - interval '40 days', now() - interval '29 days', false), "
      "('here', 'd', 'boot', 'd', 1, now() - interval '40 days', now() - interval '31 days', true), "
      "('here', 'e', 'boot', 'e', 1, now() - interval '40 days', NULL, false)");
  drop();
  EXPECT_EQ(left("id", "brokers"), "here");
  EXPECT_EQ(left("client_id", "broker_sessions"), "c d e") << "recent, not shown yet, open";
}

TEST_F(RetentionTest, ParkedWorkIsDroppedAndWaitingWorkIsNot) {
  run("INSERT INTO outbox (kind, target, lane, created_at, parked_at) VALUES "
      "('kick', 'parked long ago', '', now() - interval '90 days', now() - interval '31 days'), "
      "('kick', 'parked', '', now() - interval '90 days', now() - interval '29 days'), "
      "('kick', 'waits', '', now() - interval '90 days', NULL)");
  drop();
  EXPECT_EQ(left("target", "outbox"), "parked waits");
}

TEST_F(RetentionTest, OneDaemonAtATime) {
  run("TRUNCATE changes");
  change("2 hours");
  change("1 hour");
  pool.transact([&](pg::Transaction& transaction) {
    store::drop_old_rows(transaction, {});
    EXPECT_FALSE(drop());
    EXPECT_EQ(scalar("SELECT count(*) FROM changes"), "2") << "the other has not committed yet, and this one did nothing";
  });
  EXPECT_EQ(scalar("SELECT count(*) FROM changes"), "1");
}

}  // namespace
}  // namespace loomgate::test
