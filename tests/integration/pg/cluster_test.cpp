// SPDX-License-Identifier: Apache-2.0
// The harness itself: databases are separate, and a cluster survives what the fault tests do to it.
#include <gtest/gtest.h>

#include "tests/harness/database_time.h"
#include "tests/harness/durations.h"
#include "tests/harness/eventually.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;

TEST(PostgresCluster, FreshDatabasesDoNotShareRows) {
  const TestDatabase first = shared_cluster().fresh_database();
  const TestDatabase second = shared_cluster().fresh_database();
  connect(first.dsn()).exec_script("INSERT INTO settings (key, value) VALUES ('a', 'b')");
  EXPECT_EQ(connect(first.dsn()).exec_script("SELECT FROM settings").rows(), 1);
  EXPECT_EQ(connect(second.dsn()).exec_script("SELECT FROM settings").rows(), 0);
}

TEST(PostgresCluster, KeepsCommittedRowsThroughEveryKindOfEnd) {
  PostgresCluster cluster;
  cluster.migrate();
  int rows = 0;
  const auto write_and_count = [&cluster, &rows] {
    pg::Connection connection = connect(cluster.dsn());
    connection.exec_script("INSERT INTO changes (type) VALUES ('test')");
    EXPECT_EQ(connection.exec_script("SELECT FROM changes").rows(), ++rows);
  };
  write_and_count();
  cluster.restart();
  write_and_count();
  cluster.kill9();
  EXPECT_THROW(connect(cluster.dsn()), pg::DatabaseError);
  cluster.start();
  write_and_count();
}

TEST(PostgresCluster, PausedClusterAnswersNobodyUntilResumed) {
  PostgresCluster cluster;
  pg::Connection before = connect(cluster.dsn());
  cluster.pause();
  pg::ConnectOptions options;
  options.conninfo = cluster.dsn();
  options.connect_timeout = 100ms;
  EXPECT_LE(fastest(2s, [&] { return duration_of([&] { EXPECT_THROW(pg::Connection{options}, pg::DatabaseError); }); }), 2s);
  cluster.resume();
  EXPECT_EQ(before.exec_script("SELECT 1").rows(), 1);
}

TEST(DatabaseTime, IsWhatTheTestSetForStatementsDefaultsAndFunctions) {
  const TestDatabase database = shared_cluster().fresh_database();
  const pg::Timestamp noon(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + 12h);
  DatabaseTime time(database, noon);
  pg::Connection connection = connect(database.broker_dsn());
  const auto ask = [&](const std::string& sql) { return std::string(connection.exec_script(sql)[0].raw(0)); };
  EXPECT_EQ(ask("SELECT now()"), "2026-03-02 12:00:00+00");
  time.set(noon + 90min);
  for (const std::string clock : {"now()", "clock_timestamp()", "statement_timestamp()"}) {
    EXPECT_EQ(ask("SELECT " + clock), "2026-03-02 13:30:00+00") << clock;
  }
  connection.exec_script(
      "SELECT loomgate.broker_register('b1', 'mosquitto', 'boot', '', '')");  // a function, and defaults
  pg::Connection owner = connect(database.dsn());
  EXPECT_EQ(owner.exec_script("SELECT started_at FROM brokers")[0].raw(0), std::string_view("2026-03-02 13:30:00+00"));
  const TestDatabase other = shared_cluster().fresh_database();
  EXPECT_EQ(connect(other.dsn()).exec_script("SELECT now() > '2026-03-03'")[0].raw(0), std::string_view("t"));
}

}  // namespace
}  // namespace loomgate::harness
