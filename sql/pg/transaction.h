// SPDX-License-Identifier: Apache-2.0
// A transaction rolls back unless committed. Domain rows, outbox, changes and audit are all written through the same
// object; repositories take a Transaction& where they write and a Connection& where they only read.
#pragma once

#include <string>

#include "sql/pg/connection.h"

namespace loomgate::pg {

class Transaction {
 public:
  explicit Transaction(Connection& connection);  // BEGIN, READ COMMITTED
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Result exec(const Statement& statement, const Params& parameters = {}) { return connection_.exec(statement, parameters); }
  Connection& connection() { return connection_; }
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

// Undoes what was done since its construction unless released; the transaction around it goes on.
class Savepoint {
 public:
  explicit Savepoint(Transaction& transaction);
  ~Savepoint();
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  void release();

 private:
  Transaction& transaction_;
  bool open_ = true;
};

}  // namespace loomgate::pg
