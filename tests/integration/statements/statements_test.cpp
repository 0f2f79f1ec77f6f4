// SPDX-License-Identifier: Apache-2.0
// Every named statement of every room is one that PostgreSQL can prepare on a fresh schema.
#include <gtest/gtest.h>

#include "sql/pg/connection.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::pg {
namespace {

TEST(Statements, EveryOneCanBePreparedOnAFreshSchema) {
  const harness::TestDatabase database = harness::shared_cluster().fresh_database();
  Connection connection = harness::connect(database.dsn());
  int prepared = 0;
  for (const Statement* statement : all_statements()) {
    try {
      connection.prepare(*statement);
      ++prepared;
    } catch (const DatabaseError& error) {
      ADD_FAILURE() << statement->name << ": " << error.what() << "\n" << statement->sql;
    }
  }
  EXPECT_GT(prepared, 3) << "the rooms are not linked whole";
  RecordProperty("statements", prepared);
}

}  // namespace
}  // namespace loomgate::pg
