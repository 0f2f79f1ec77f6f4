// SPDX-License-Identifier: Apache-2.0
// The broker's role reads two views and calls its functions, and nothing else: not a single table, however new.
#include <gmock/gmock.h>

#include <set>

#include "sql/migrations/runner.h"
#include "tests/integration/pg/schema_fixture.h"

namespace loomgate::pg {
namespace {

class BrokerRole : public SchemaTest {
 protected:
  std::string sqlstate_of(const std::string& sql) {
    try {
      broker_.exec_script(sql);
      return "";
    } catch (const DatabaseError& error) {
      return error.sqlstate();
    }
  }
  static constexpr const char* kDenied = "42501";
  Connection broker_ = harness::connect(database_.broker_dsn());
};

TEST_F(BrokerRole, ReadsOnlyItsTwoViews) {
  std::set<std::string> readable;
  for (const Row row : run("SELECT relname FROM pg_class WHERE relnamespace = 'loomgate'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f')")) {
    const std::string name = row.get<std::string>(0);
    const std::string state = sqlstate_of("SELECT * FROM loomgate." + name);
    if (state.empty()) {
      readable.insert(name);
    } else {
      EXPECT_EQ(state, kDenied) << name;
    }
  }
  EXPECT_EQ(readable, (std::set<std::string>{"access", "broker_settings"}));
}

TEST_F(BrokerRole, WritesNothing) {
  for (const Row row : run("SELECT relname FROM pg_class WHERE relnamespace = 'loomgate'::regnamespace AND relkind = 'r'")) {
    const std::string name = row.get<std::string>(0);
    EXPECT_EQ(sqlstate_of("DELETE FROM loomgate." + name), kDenied) << name;
    EXPECT_EQ(sqlstate_of("TRUNCATE loomgate." + name), kDenied) << name;
    EXPECT_EQ(sqlstate_of("INSERT INTO loomgate." + name + " DEFAULT VALUES"), kDenied) << name;
  }
  EXPECT_NE(sqlstate_of("DELETE FROM loomgate.access"), "");
  EXPECT_NE(sqlstate_of("UPDATE loomgate.broker_settings SET mqtt_services_enabled = false"), "");
  EXPECT_EQ(sqlstate_of("CREATE TABLE loomgate.mine ()"), kDenied);
  EXPECT_EQ(sqlstate_of("DROP FUNCTION loomgate.broker_register"), kDenied);
}

TEST_F(BrokerRole, HasNoRightOnAnySequenceOrColumn) {
  EXPECT_EQ(run("SELECT FROM pg_class WHERE relnamespace = 'loomgate'::regnamespace AND "
                "CASE WHEN relkind = 'S' THEN has_sequence_privilege('loomgate_broker', oid, 'USAGE, SELECT, UPDATE') END")
                .rows(),
            0);
  EXPECT_EQ(run("SELECT FROM pg_class WHERE relnamespace = 'loomgate'::regnamespace AND "
                "relkind = 'r' AND has_any_column_privilege('loomgate_broker', oid, 'SELECT, INSERT, UPDATE, REFERENCES')")
                .rows(),
            0);
}

TEST_F(BrokerRole, CallsOnlyTheFunctionsOfABroker) {
  std::set<std::string> callable;
  for (const Row row : run("SELECT proname FROM pg_proc WHERE pronamespace = 'loomgate'::regnamespace AND has_function_privilege('loomgate_broker', oid, 'EXECUTE')"))
    callable.insert(row.get<std::string>(0));
  EXPECT_THAT(callable, testing::IsSupersetOf({"broker_register", "broker_heartbeat", "broker_record_sessions"}));
  for (const std::string& name : callable) EXPECT_TRUE(name.starts_with("broker_")) << name;
  EXPECT_EQ(sqlstate_of("SELECT loomgate.notify_access(ARRAY['x'])"), kDenied);
}

// A SECURITY DEFINER function that looked into pg_temp first would write to the caller's table and run its triggers with
// the owner's rights.
TEST_F(BrokerRole, CannotSlipATemporaryTableUnderItsFunctions) {
  broker_.exec_script("CREATE TEMP TABLE brokers (LIKE pg_class)");
  broker_.exec_script("SELECT loomgate.broker_register('b1', 'mosquitto', 'boot', '2.0', '0.1')");
  EXPECT_EQ(run("SELECT FROM brokers WHERE id = 'b1'").rows(), 1);
  EXPECT_EQ(run("SELECT FROM pg_proc WHERE pronamespace = 'loomgate'::regnamespace AND prosecdef "
                "AND NOT coalesce('search_path=loomgate, pg_temp' = ANY (proconfig), false)")
                .rows(),
            0);
}

TEST_F(BrokerRole, OtherRolesSeeNothing) {
  EXPECT_EQ(run("SELECT has_schema_privilege('pg_monitor', 'loomgate', 'USAGE')")[0].get<bool>(0), false);
}

}  // namespace
}  // namespace loomgate::pg
