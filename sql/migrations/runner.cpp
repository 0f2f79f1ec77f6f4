// SPDX-License-Identifier: Apache-2.0
#include "sql/migrations/runner.h"

#include <fmt/format.h>

#include <map>
#include <stdexcept>

#include "sql/pg/transaction.h"

namespace loomgate::migrations {
namespace {

// Schema-qualified, so that they say what they mean before search_path has anything to find.
const pg::Statement kTableExists{"migrations_table_exists", pg::Access::kRead,
                                 "SELECT to_regclass('loomgate.schema_migrations') IS NOT NULL"};
const pg::Statement kSchemaExists{"migrations_schema_exists", pg::Access::kRead,
                                  "SELECT to_regnamespace('loomgate') IS NOT NULL"};
const pg::Statement kApplied{"migrations_applied", pg::Access::kRead,
                             "SELECT version, name, checksum FROM loomgate.schema_migrations ORDER BY version"};
const pg::Statement kRecord{"migrations_record", pg::Access::kWrite,
                            "INSERT INTO loomgate.schema_migrations (version, name, checksum) VALUES ($1, $2, $3)"};

// Any constant does, as long as every version of the daemon uses the same.
constexpr const char* kLock = "SELECT pg_advisory_lock(4829701562011)";
constexpr const char* kUnlock = "SELECT pg_advisory_unlock(4829701562011)";

constexpr const char* kCreateTable = R"(
CREATE TABLE loomgate.schema_migrations (
    version    integer PRIMARY KEY,
    name       text NOT NULL,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
))";

// One migrating program at a time. A session lock: it spans the transactions of several migrations.
class MigrationLock {
 public:
  explicit MigrationLock(pg::Connection& connection) : connection_(connection) {
    connection_.exec_script("SET statement_timeout = 0");
    connection_.exec_script(kLock, pg::Connection::Wait::kPatient);
  }
  ~MigrationLock() {
    try {
      const auto timeout = connection_.options().statement_timeout.count();
      if (connection_.usable()) connection_.exec_script(fmt::format("{}; SET statement_timeout = {}", kUnlock, timeout));
    } catch (const std::exception&) {
      // The lock ends with the session at the latest.
    }
  }
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;

 private:
  pg::Connection& connection_;
};

bool says_yes(pg::Connection& connection, const pg::Statement& question) { return connection.exec(question)[0].get<bool>(0); }

void create_bookkeeping(pg::Connection& connection) {
  // Asked first: CREATE ... IF NOT EXISTS needs the right to create even where there is nothing to create.
  pg::Transaction transaction(connection);
  if (!says_yes(connection, kSchemaExists)) connection.exec_script("CREATE SCHEMA loomgate");
  if (!says_yes(connection, kTableExists)) connection.exec_script(kCreateTable);
  transaction.commit();
}

void apply(pg::Connection& connection, const Migration& migration) {
  pg::Transaction transaction(connection);
  // Functions of a migration keep this path (SET search_path FROM CURRENT); pg_temp last, or a caller's temporary table
  // could pose as one of ours inside a SECURITY DEFINER function.
  connection.exec_script("SET LOCAL search_path = loomgate, pg_temp");
  connection.exec_script(std::string(migration.text), pg::Connection::Wait::kPatient);
  transaction.exec(kRecord, pg::params(migration.version, migration.name, migration.checksum));
  transaction.commit();
}

}  // namespace

Status inspect(pg::Connection& connection, std::span<const Migration> known) {
  Status status;
  status.available = known.empty() ? 0 : known.back().version;
  if (!says_yes(connection, kTableExists)) return status;
  std::map<int, std::string> checksums;
  for (const pg::Row row : connection.exec(kApplied)) {
    const int version = row.get<int>(0);
    status.applied = version;
    checksums[version] = row.get<std::string>(2);
    if (version > status.available)
      status.problems.push_back(fmt::format("The database has migration {} ({}), which this program does not know: it is older "
                                            "than the database; run a newer version.",
                                            version, row.get<std::string>(1)));
  }
  for (const Migration& migration : known) {
    const auto applied = checksums.find(migration.version);
    if (applied == checksums.end()) {
      if (migration.version < status.applied)
        status.problems.push_back(fmt::format("Migration {} ({}) is missing although a later one was applied.", migration.version,
                                              migration.name));
    } else if (applied->second != migration.checksum) {
      status.problems.push_back(fmt::format("Migration {} ({}) was edited after it had been applied to this database.",
                                            migration.version, migration.name));
    }
  }
  return status;
}

std::vector<int> migrate(pg::Connection& connection, std::span<const Migration> known) {
  const MigrationLock lock(connection);
  const Status status = inspect(connection, known);
  if (!status.problems.empty()) throw std::runtime_error(status.problems.front());
  create_bookkeeping(connection);
  std::vector<int> applied;
  for (const Migration& migration : known) {
    if (migration.version <= status.applied) continue;
    apply(connection, migration);
    applied.push_back(migration.version);
  }
  pg::Transaction transaction(connection);
  connection.exec_script(std::string(embedded_grants()));
  transaction.commit();
  return applied;
}

}  // namespace loomgate::migrations
