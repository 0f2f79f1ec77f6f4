// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "sql/migrations/runner.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::migrations {
namespace {

using namespace std::string_view_literals;
using harness::shared_cluster;
using testing::HasSubstr;

std::string refusal(pg::Connection& connection, std::span<const Migration> known = embedded()) {
  try {
    migrate(connection, known);
  } catch (const pg::DatabaseError& error) {
    ADD_FAILURE() << "a database error instead of a sentence: " << error.what();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

class Migrations : public testing::Test {
 protected:
  harness::TestDatabase database_ = shared_cluster().empty_database();
  pg::Connection connection_ = harness::connect(database_.dsn());
};

TEST_F(Migrations, EmbeddedFilesAreNumberedWithoutGaps) {
  int expected = 0;
  for (const Migration& migration : embedded()) {
    EXPECT_EQ(migration.version, ++expected);
    EXPECT_EQ(migration.checksum.size(), 64U);
    EXPECT_TRUE(migration.text.starts_with("-- SPDX")) << migration.name;
  }
  EXPECT_GE(expected, 1);
  EXPECT_THAT(std::string(embedded_grants()), HasSubstr("loomgate_broker"));
}

TEST_F(Migrations, MakeTheSchemaFromNothingAndDoNothingTheSecondTime) {
  EXPECT_EQ(inspect(connection_).applied, 0);
  const std::vector<int> applied = migrate(connection_);
  EXPECT_EQ(applied.size(), embedded().size());
  EXPECT_EQ(inspect(connection_).applied, inspect(connection_).available);
  EXPECT_TRUE(inspect(connection_).problems.empty());
  EXPECT_TRUE(migrate(connection_).empty());
  EXPECT_EQ(connection_.exec_script("SELECT FROM configs").rows(), 0);
}

TEST_F(Migrations, KeepTheSessionAsItWas) {
  migrate(connection_);
  EXPECT_EQ(connection_.exec_script("SHOW statement_timeout")[0].get<std::string>(0), "30s");
  EXPECT_FALSE(connection_.in_transaction());
  EXPECT_EQ(connection_.exec_script("SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()").rows(), 0);
}

TEST_F(Migrations, SeveralProgramsMayStartTogether) {
  std::vector<std::thread> threads;
  std::vector<std::size_t> applied(4, 0);
  for (std::size_t& count : applied)
    threads.emplace_back([this, &count] {
      pg::Connection connection = harness::connect(database_.dsn());
      count = migrate(connection).size();
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(applied[0] + applied[1] + applied[2] + applied[3], embedded().size());
  EXPECT_TRUE(inspect(connection_).problems.empty());
}

TEST_F(Migrations, AnEditedOneIsRefused) {
  migrate(connection_);
  connection_.exec_script("UPDATE schema_migrations SET checksum = repeat('0', 64) WHERE version = 1");
  EXPECT_THAT(refusal(connection_), HasSubstr("edited"));
  EXPECT_EQ(inspect(connection_).problems.size(), 1U);
}

TEST_F(Migrations, ANewerOneIsRefused) {
  migrate(connection_);
  connection_.exec_script("INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, 'future', 'x')");
  EXPECT_THAT(refusal(connection_), testing::AllOf(HasSubstr("9999"), HasSubstr("newer version")));
}

constexpr Migration kThree[] = {{1, "one"sv, "c1"sv, "CREATE TABLE one ()"sv},
                                {2, "two"sv, "c2"sv, "CREATE TABLE two ()"sv},
                                {3, "three"sv, "c3"sv, "CREATE TABLE three ()"sv}};
constexpr Migration kBroken[] = {kThree[0], {2, "two"sv, "c2"sv, "CREATE TABLE two (); SELECT nonsense"sv}, kThree[2]};

// The grants name objects of the real schema, so these lists run on top of it, numbered behind it.
class MoreMigrations : public Migrations {
 protected:
  static std::vector<Migration> behind_the_real(std::span<const Migration> added) {
    std::vector<Migration> all(embedded().begin(), embedded().end());
    const int last = all.back().version;
    for (Migration migration : added) {
      migration.version += last;
      all.push_back(migration);
    }
    return all;
  }
  bool exists(const char* table) {
    return connection_.exec_script(std::string("SELECT to_regclass('") + table + "') IS NOT NULL")[0].get<bool>(0);
  }
};

TEST_F(MoreMigrations, AnUpgradeAppliesOnlyWhatIsNew) {
  migrate(connection_, behind_the_real(std::span(kThree).first(1)));
  EXPECT_EQ(migrate(connection_, behind_the_real(kThree)).size(), 2U);
  EXPECT_TRUE(exists("three"));
}

TEST_F(MoreMigrations, AFailureLeavesWhatWasAppliedBeforeAndNothingOfItself) {
  EXPECT_THROW(migrate(connection_, behind_the_real(kBroken)), pg::DatabaseError);
  EXPECT_TRUE(exists("one"));
  EXPECT_FALSE(exists("two"));
  EXPECT_FALSE(connection_.in_transaction());
  EXPECT_EQ(migrate(connection_, behind_the_real(kThree)).size(), 2U);
}

TEST_F(MoreMigrations, AMissingOneIsRefused) {
  const auto all = behind_the_real(kThree);
  migrate(connection_, all);
  connection_.exec_script("DELETE FROM schema_migrations WHERE name = 'two'");
  EXPECT_THAT(refusal(connection_, all), HasSubstr("missing"));
}

TEST(MigrationsWithoutBrokerRole, WorkAndTheRoleGetsItsRightsAtTheNextStart) {
  harness::PostgresCluster cluster;
  {
    pg::Connection superuser = harness::connect(cluster.superuser_dsn("postgres"));
    superuser.exec_script("DROP ROLE loomgate_broker");
    EXPECT_NO_THROW(cluster.migrate());
    superuser.exec_script("CREATE ROLE loomgate_broker");
  }
  pg::Connection owner = harness::connect(cluster.dsn());
  const std::string question = "SELECT has_table_privilege('loomgate_broker', 'loomgate.access', 'SELECT')";
  EXPECT_FALSE(owner.exec_script(question)[0].get<bool>(0));
  cluster.migrate();
  EXPECT_TRUE(owner.exec_script(question)[0].get<bool>(0));
}

// An operator may make the schema for a role that may not create any.
TEST_F(Migrations, WorkWithoutTheRightToCreateSchemas) {
  const std::string name = database_.name();
  pg::Connection superuser = harness::connect(database_.superuser_dsn());
  superuser.exec_script("CREATE SCHEMA loomgate AUTHORIZATION loomgate; ALTER DATABASE " + name + " OWNER TO postgres");
  EXPECT_EQ(migrate(connection_).size(), embedded().size());
  EXPECT_TRUE(migrate(connection_).empty());
}

}  // namespace
}  // namespace loomgate::migrations
