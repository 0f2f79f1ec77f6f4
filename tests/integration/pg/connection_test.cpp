// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/connection.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "tests/harness/eventually.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::pg {
namespace {

using namespace std::chrono_literals;
using harness::shared_cluster;

const Statement kSleep{"test_connection_sleep", Access::kRead, "SELECT pg_sleep($1::float8)"};

std::string setting(Connection& connection, const std::string& name) {
  return connection.exec_script("SHOW " + name)[0].get<std::string>(0);
}

ErrorClass class_of_failure(const std::function<void()>& act) {
  try {
    act();
  } catch (const DatabaseError& error) {
    return error.error_class();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorClass::kOther;
}

bool succeeds(const std::function<void()>& act) {
  try {
    act();
    return true;
  } catch (const DatabaseError&) {
    return false;
  }
}

TEST(ConnectionSession, HasItsSettings) {
  Connection connection = harness::connect(shared_cluster().dsn());
  EXPECT_EQ(setting(connection, "TimeZone"), "UTC");
  EXPECT_EQ(setting(connection, "DateStyle"), "ISO, MDY");
  EXPECT_EQ(setting(connection, "search_path"), "loomgate,pg_temp");
  EXPECT_EQ(setting(connection, "client_encoding"), "UTF8");
  EXPECT_EQ(setting(connection, "statement_timeout"), "30s");
  EXPECT_EQ(setting(connection, "application_name"), "loomgate-test");
  EXPECT_GE(connection.server_version(), 150000);
}

TEST(ConnectionSession, OptionsOfTheConninfoAreKeptButOursWin) {
  ConnectOptions options;
  options.conninfo = shared_cluster().dsn() + " options='-c work_mem=7MB -c TimeZone=Asia/Tokyo'";
  Connection connection(options);
  EXPECT_EQ(setting(connection, "work_mem"), "7MB");
  EXPECT_EQ(setting(connection, "TimeZone"), "UTC");
}

TEST(ConnectionSession, SettingsOfTheRoleDoNotBreakIt) {
  const auto database = shared_cluster().empty_database();
  harness::connect(database.superuser_dsn())
      .exec_script("ALTER DATABASE " + database.name() + " SET DateStyle = 'German'; ALTER DATABASE " + database.name() +
                   " SET bytea_output = 'escape'; ALTER DATABASE " + database.name() + " SET TimeZone = 'Asia/Tokyo'");
  Connection connection = harness::connect(database.dsn());
  const Result result = connection.exec_script("SELECT timestamptz 'epoch', '\\x00ff'::bytea");
  EXPECT_EQ(result[0].get<Timestamp>(0), Timestamp(0us));
  EXPECT_EQ(result[0].get<Bytes>(1), (Bytes{0, 255}));
}

TEST(ConnectionSession, AUrlWithADriverAndSeveralHostsWork) {
  const std::string tail = "password" + shared_cluster().dsn().substr(shared_cluster().dsn().find("password") + 8);
  const std::string password = tail.substr(9, tail.find(' ') - 9);
  ConnectOptions options;
  options.conninfo = "postgresql+psycopg://loomgate:" + password + "@127.0.0.1:" + std::to_string(shared_cluster().port()) + "/loomgate";
  EXPECT_TRUE(Connection(options).usable());
  options.conninfo = "host=/nonexistent,127.0.0.1 port=" + std::to_string(shared_cluster().port()) + " user=loomgate dbname=loomgate " +
                     "password=" + password;
  EXPECT_TRUE(Connection(options).usable());
}

TEST(ConnectionErrors, WrongPasswordIsRefusedWithoutShowingIt) {
  ConnectOptions options;
  options.conninfo = shared_cluster().dsn() + " password=wrong-secret";
  try {
    Connection connection(options);
    FAIL() << "a wrong password was accepted";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.error_class(), ErrorClass::kConnectionLost);
    EXPECT_EQ(std::string(error.what()).find("wrong-secret"), std::string::npos);
  }
}

TEST(ConnectionErrors, TooManyConnectionsCountAsLost) {
  const auto database = shared_cluster().empty_database();
  harness::connect(database.superuser_dsn()).exec_script("ALTER DATABASE " + database.name() + " CONNECTION LIMIT 0");
  EXPECT_EQ(class_of_failure([&] { harness::connect(database.dsn()); }), ErrorClass::kConnectionLost);
}

TEST(ConnectionErrors, StatementTimeoutEndsTheStatementNotTheConnection) {
  ConnectOptions options;
  options.conninfo = shared_cluster().dsn();
  options.statement_timeout = 50ms;
  Connection connection(options);
  EXPECT_EQ(class_of_failure([&] { connection.exec(kSleep, params("30")); }), ErrorClass::kOther);
  EXPECT_TRUE(connection.usable());
  // Fifty milliseconds may be too short for any statement on a machine that stalls.
  EXPECT_TRUE(harness::eventually(30s, [&] { return succeeds([&] { connection.exec(kSleep, params("0")); }); }));
  EXPECT_TRUE(connection.usable());
}

TEST(ConnectionErrors, AKilledBackendIsNoticed) {
  Connection connection = harness::connect(shared_cluster().dsn());
  Connection killer = harness::connect(shared_cluster().superuser_dsn());
  const int pid = connection.exec_script("SELECT pg_backend_pid()")[0].get<int>(0);
  EXPECT_TRUE(connection.alive());
  killer.exec_script("SELECT pg_terminate_backend(" + std::to_string(pid) + ", 5000)");
  EXPECT_TRUE(harness::eventually(20s, [&] { return !connection.alive(); }));
  EXPECT_EQ(class_of_failure([&] { connection.exec(kSleep, params("0")); }), ErrorClass::kConnectionLost);
  EXPECT_FALSE(connection.usable());
}

TEST(ConnectionErrors, ABackendKilledInTheMiddleOfAStatementIsNoticed) {
  Connection connection = harness::connect(shared_cluster().dsn());
  const int pid = connection.exec_script("SELECT pg_backend_pid()")[0].get<int>(0);
  std::thread killer([pid] {
    Connection superuser = harness::connect(shared_cluster().superuser_dsn());
    const std::string active = "SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep%' AND pid = " + std::to_string(pid);
    harness::eventually(20s, [&] { return !superuser.exec_script(active).empty(); });
    superuser.exec_script("SELECT pg_terminate_backend(" + std::to_string(pid) + ")");
  });
  EXPECT_EQ(class_of_failure([&] { connection.exec(kSleep, params("30")); }), ErrorClass::kConnectionLost);
  EXPECT_FALSE(connection.usable());
  killer.join();
}

TEST(ConnectionErrors, InterruptEndsAWaitAtOnce) {
  const int fd = eventfd(0, EFD_CLOEXEC);
  ConnectOptions options;
  options.conninfo = shared_cluster().dsn();
  options.interrupt_fd = fd;
  Connection connection(options);
  std::thread interrupter([fd] {
    Connection observer = harness::connect(shared_cluster().superuser_dsn());
    harness::eventually(20s, [&] {
      return !observer.exec_script("SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep($1%'").empty();
    });
    eventfd_write(fd, 1);
  });
  // Had it waited, statement_timeout would have ended the statement, which is another failure.
  EXPECT_EQ(class_of_failure([&] { connection.exec(kSleep, params("60")); }), ErrorClass::kConnectionLost);
  EXPECT_FALSE(connection.usable());
  interrupter.join();
  close(fd);
}

TEST(ConnectionErrors, CopyIsRefusedInsteadOfHanging) {
  Connection connection = harness::connect(shared_cluster().dsn());
  EXPECT_EQ(class_of_failure([&] { connection.exec_script("COPY (SELECT 1) TO STDOUT"); }), ErrorClass::kConnectionLost);
}

TEST(ConnectionScript, ReturnsTheLastResultAndStopsAtTheFirstError) {
  Connection connection = harness::connect(shared_cluster().dsn());
  EXPECT_EQ(connection.exec_script("SELECT 1; SELECT 2")[0].get<int>(0), 2);
  EXPECT_THROW(connection.exec_script("SELECT 1; SELECT nonsense; CREATE TEMP TABLE never_made ()"), DatabaseError);
  EXPECT_THROW(connection.exec_script("SELECT FROM pg_temp.never_made"), DatabaseError);
  EXPECT_TRUE(connection.usable());
}

}  // namespace
}  // namespace loomgate::pg
