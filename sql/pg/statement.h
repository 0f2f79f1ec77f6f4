// SPDX-License-Identifier: Apache-2.0
// SQL stands in tables of named statements, one file per aggregate; each is prepared at its first use on a connection.
// A test walks StatementRegistry and prepares every one of them on a fresh schema.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace loomgate::pg {

enum class Access { kRead, kWrite };

// PostgreSQL keeps the plan of a prepared statement until somebody analyzes its tables. That is wrong for statements over
// tables that grow from nothing within seconds (sessions, commands, the outbox): a plan from the time when they were empty
// reads them in full for each row. And for statements that are asked for two ids as well as for thousands: only a plan for
// the ids at hand looks them up by hash. kFresh plans at each execution, by the size that the tables and arrays have now.
enum class Plan { kKept, kFresh };

// A statement has static storage and registers itself when constructed:
//   const pg::Statement kNodeById{"node_by_id", pg::Access::kRead, "SELECT ... WHERE id = $1"};
// Its name is unique in the program (checked at registration; a double name ends the program at start).
struct Statement {
  Statement(const char* statement_name, Access statement_access, const char* statement_sql, Plan statement_plan = Plan::kKept);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  const char* name;
  Access access;
  const char* sql;
  Plan plan;
};

// Every statement linked into the program, in no particular order.
std::span<const Statement* const> all_statements();

}  // namespace loomgate::pg
