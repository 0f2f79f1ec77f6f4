// SPDX-License-Identifier: Apache-2.0
// A test database whose time of day is a row that the test sets. In this one database now(), clock_timestamp() and
// statement_timestamp() are replaced by SQL functions that read it; PostgreSQL inlines them, so that statements, column
// defaults and functions of the schema all see the set time. Time stands still between two set(). Connections that were
// open before may have planned statements with the real time: make this first.
#pragma once

#include "sql/pg/connection.h"
#include "sql/pg/params.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::harness {

class DatabaseTime {
 public:
  DatabaseTime(const TestDatabase& database, pg::Timestamp start);
  void set(pg::Timestamp time);

 private:
  pg::Connection connection_;
};

}  // namespace loomgate::harness
