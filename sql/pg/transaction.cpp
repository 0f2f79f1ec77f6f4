// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/transaction.h"

namespace loomgate::pg {
namespace {

// For destructors: a connection that cannot even roll back is found unusable or in a transaction by the pool and dropped.
void try_script(Connection& connection, const char* sql) noexcept {
  try {
    if (connection.usable() && connection.in_transaction()) connection.exec_script(sql);
  } catch (const std::exception&) {
  }
}

}  // namespace

Transaction::Transaction(Connection& connection) : connection_(connection) { connection_.exec_script("BEGIN"); }

Transaction::~Transaction() {
  if (open_) try_script(connection_, "ROLLBACK");
}

void Transaction::commit() {
  // COMMIT of a failed transaction would roll back and report success.
  if (connection_.transaction_failed())
    throw DatabaseError(ErrorClass::kOther, "25P02", "", "commit of a transaction in which a statement failed");
  open_ = false;
  connection_.exec_script("COMMIT");
}

// Savepoints nest, and equal names shadow each other from the inside out, so one name is enough.
Savepoint::Savepoint(Transaction& transaction) : transaction_(transaction) {
  transaction_.connection().exec_script("SAVEPOINT loomgate");
}

Savepoint::~Savepoint() {
  if (open_) try_script(transaction_.connection(), "ROLLBACK TO SAVEPOINT loomgate; RELEASE SAVEPOINT loomgate");
}

void Savepoint::release() {
  open_ = false;
  transaction_.connection().exec_script("RELEASE SAVEPOINT loomgate");
}

}  // namespace loomgate::pg
