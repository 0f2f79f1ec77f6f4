// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/database_time.h"

#include <fmt/format.h>

#include <chrono>

namespace loomgate::harness {
namespace {

// The planner inlines a function that is one expression, which is why the row is read by a second one; calls that it
// did not inline would still reach the built-in clock.
constexpr const char* kReplaceClock = R"(
CREATE SCHEMA test_time;
CREATE TABLE test_time.set_time (moment timestamptz NOT NULL);
INSERT INTO test_time.set_time VALUES (now());
CREATE FUNCTION test_time.at() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT moment FROM test_time.set_time';
GRANT USAGE ON SCHEMA test_time TO PUBLIC;
CREATE OR REPLACE FUNCTION pg_catalog.now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT test_time.at()';
CREATE OR REPLACE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT test_time.at()';
CREATE OR REPLACE FUNCTION pg_catalog.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT test_time.at()';
)";

}  // namespace

DatabaseTime::DatabaseTime(const TestDatabase& database, pg::Timestamp start)
    : connection_(connect(database.superuser_dsn())) {
  connection_.exec_script(kReplaceClock);
  set(start);
}

void DatabaseTime::set(pg::Timestamp time) {
  connection_.exec_script(fmt::format("UPDATE test_time.set_time SET moment = 'epoch'::timestamptz + {} * interval '1 microsecond'",
                                      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count()));
}

}  // namespace loomgate::harness
