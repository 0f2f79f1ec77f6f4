// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/transaction.h"

#include <gtest/gtest.h>

#include "tests/harness/postgres_cluster.h"

namespace loomgate::pg {
namespace {

const Statement kInsert{"test_tx_insert", Access::kWrite, "INSERT INTO settings (key, value) VALUES ($1, 'x')"};
const Statement kCount{"test_tx_count", Access::kRead, "SELECT count(*) FROM settings"};

class TransactionTest : public testing::Test {
 protected:
  int committed() { return harness::connect(database_.dsn()).exec(kCount)[0].get<int>(0); }
  harness::TestDatabase database_ = harness::shared_cluster().fresh_database();
  Connection connection_ = harness::connect(database_.dsn());
};

TEST_F(TransactionTest, CommitKeeps) {
  Transaction transaction(connection_);
  transaction.exec(kInsert, params("a"));
  EXPECT_EQ(committed(), 0);
  transaction.commit();
  EXPECT_EQ(committed(), 1);
  EXPECT_FALSE(connection_.in_transaction());
}

TEST_F(TransactionTest, RollsBackUnlessCommitted) {
  {
    Transaction transaction(connection_);
    EXPECT_EQ(transaction.exec(kInsert, params("a")).affected(), 1);
    EXPECT_TRUE(connection_.in_transaction());
  }
  EXPECT_FALSE(connection_.in_transaction());
  EXPECT_EQ(committed(), 0);
}

// PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error: the write would be lost in silence.
TEST_F(TransactionTest, CommitAfterASwallowedErrorThrows) {
  {
    Transaction transaction(connection_);
    transaction.exec(kInsert, params("a"));
    EXPECT_THROW(transaction.exec(kInsert, params("a")), DatabaseError);
    EXPECT_THROW(transaction.commit(), DatabaseError);
  }
  EXPECT_EQ(committed(), 0);
  EXPECT_FALSE(connection_.in_transaction());
}

TEST_F(TransactionTest, SavepointUndoesOnlyItsOwnPart) {
  Transaction transaction(connection_);
  transaction.exec(kInsert, params("a"));
  {
    const Savepoint undone(transaction);
    transaction.exec(kInsert, params("b"));
    {
      Savepoint kept_inside(transaction);
      transaction.exec(kInsert, params("c"));
      kept_inside.release();
    }
  }
  {
    const Savepoint failed(transaction);
    EXPECT_THROW(transaction.exec(kInsert, params("a")), DatabaseError);
  }
  {
    Savepoint kept(transaction);
    transaction.exec(kInsert, params("d"));
    kept.release();
  }
  transaction.commit();
  EXPECT_EQ(committed(), 2);
}

TEST_F(TransactionTest, DestructorOfALostConnectionDoesNotThrow) {
  {
    Transaction transaction(connection_);
    EXPECT_THROW(connection_.exec_script("SELECT pg_terminate_backend(pg_backend_pid())"), DatabaseError);
    EXPECT_FALSE(connection_.usable());
  }
  EXPECT_THROW(connection_.exec_script("SELECT 1"), DatabaseError);
}

TEST_F(TransactionTest, ErrorsCarryClassAndConstraintButNoRow) {
  connection_.exec(kInsert, params("a.secret.key"));
  try {
    connection_.exec(kInsert, params("a.secret.key"));
    FAIL() << "a duplicate key was accepted";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.error_class(), ErrorClass::kUnique);
    EXPECT_EQ(error.sqlstate(), "23505");
    EXPECT_EQ(error.constraint(), "settings_pkey");
    EXPECT_EQ(std::string(error.what()).find("a.secret.key"), std::string::npos);
  }
}

}  // namespace
}  // namespace loomgate::pg
