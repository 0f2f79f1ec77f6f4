// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>

#include "tests/harness/eventually.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::pg {
namespace {

using namespace std::chrono_literals;

const Statement kPid{"test_pool_pid", Access::kRead, "SELECT pg_backend_pid()"};
const Statement kRead{"test_pool_read", Access::kRead, "SELECT value FROM settings WHERE key = $1"};
const Statement kWrite{"test_pool_write", Access::kWrite, "UPDATE settings SET value = $2 WHERE key = $1"};
const Statement kInsert{"test_pool_insert", Access::kWrite, "INSERT INTO settings (key, value) VALUES ($1, $2)"};

ConnectOptions options_for(const std::string& dsn) {
  ConnectOptions options;
  options.conninfo = dsn;
  return options;
}

int pid_of(Connection& connection) { return connection.exec(kPid)[0].get<int>(0); }

class PoolTest : public testing::Test {
 protected:
  PoolTest() {
    pool_.transact([](Transaction& transaction) {
      transaction.exec(kInsert, params("a", "0"));
      transaction.exec(kInsert, params("b", "0"));
    });
  }
  std::string value(const char* key) { return pool_.acquire()->exec(kRead, params(key))[0].get<std::string>(0); }

  harness::TestDatabase database_ = harness::shared_cluster().fresh_database();
  Pool pool_{options_for(database_.dsn()), 2, 100ms};
};

TEST_F(PoolTest, ReusesAConnection) {
  const int first = pid_of(*pool_.acquire());
  EXPECT_EQ(pid_of(*pool_.acquire()), first);
}

TEST_F(PoolTest, IsBoundedAndSaysSo) {
  auto one = pool_.acquire();
  {
    auto two = pool_.acquire();
    EXPECT_THROW(pool_.acquire(), DatabaseError);
  }
  EXPECT_NO_THROW(pool_.acquire());
}

TEST_F(PoolTest, AWaiterGetsWhatComesFree) {
  Pool pool(options_for(database_.dsn()), 1, 20s);
  auto lease = std::make_unique<Pool::Lease>(pool.acquire());
  std::atomic<bool> got{false};
  std::thread waiter([&] {
    pool.acquire()->exec(kPid);
    got = true;
  });
  lease.reset();
  waiter.join();
  EXPECT_TRUE(got);
}

TEST_F(PoolTest, AFailedConnectFreesItsPlace) {
  Pool pool(options_for("host=/nonexistent/loomgate"), 1, 100ms);
  for (int i = 0; i < 3; ++i) {
    try {
      pool.acquire();
      FAIL() << "connected to nothing";
    } catch (const DatabaseError& error) {
      EXPECT_EQ(std::string(error.what()).find("came free"), std::string::npos);
    }
  }
}

TEST_F(PoolTest, ALeaseThatEndsInATransactionDiscardsItsConnection) {
  int first = 0;
  {
    auto lease = pool_.acquire();
    first = pid_of(*lease);
    lease->exec_script("BEGIN");
  }
  EXPECT_NE(pid_of(*pool_.acquire()), first);
}

TEST_F(PoolTest, IdleConnectionsThatDiedAreReplaced) {
  int first = 0;
  int second = 0;
  {
    auto one = pool_.acquire();
    auto two = pool_.acquire();
    first = pid_of(*one);
    second = pid_of(*two);
  }
  harness::connect(database_.superuser_dsn())
      .exec_script("SELECT pg_terminate_backend(pid, 5000) FROM unnest(ARRAY[" + std::to_string(first) + "," + std::to_string(second) +
                   "]) pid");
  auto one = pool_.acquire();
  auto two = pool_.acquire();
  EXPECT_NO_THROW(one->exec(kPid));
  EXPECT_NO_THROW(two->exec(kPid));
}

TEST_F(PoolTest, TransactReturnsValuesAndRollsBackOnAnyException) {
  EXPECT_EQ(pool_.transact([](Transaction& transaction) { return transaction.exec(kRead, params("a"))[0].get<std::string>(0); }), "0");
  EXPECT_THROW(pool_.transact([](Transaction& transaction) {
    transaction.exec(kWrite, params("a", "1"));
    throw std::runtime_error("changed my mind");
  }),
               std::runtime_error);
  EXPECT_EQ(value("a"), "0");
}

TEST_F(PoolTest, TransactRunsAgainAfterASerializationFailure) {
  int runs = 0;
  pool_.transact([&](Transaction& transaction) {
    ++runs;
    transaction.connection().exec_script("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    const std::string seen = transaction.exec(kRead, params("a"))[0].get<std::string>(0);
    if (runs == 1) harness::connect(database_.dsn()).exec(kWrite, params("a", "other"));
    transaction.exec(kWrite, params("a", seen + "+mine"));
  });
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(value("a"), "other+mine");
}

TEST_F(PoolTest, TransactRunsAgainAfterADeadlock) {
  std::barrier both_hold_one(2);
  std::atomic<int> runs{0};
  const auto cross = [&](const char* first, const char* second) {
    bool met = false;
    pool_.transact([&](Transaction& transaction) {
      ++runs;
      transaction.exec(kWrite, params(first, "1"));
      if (!std::exchange(met, true)) both_hold_one.arrive_and_wait();
      transaction.exec(kWrite, params(second, "1"));
    });
  };
  std::thread other([&] { cross("b", "a"); });
  cross("a", "b");
  other.join();
  EXPECT_GE(runs, 3);  // PostgreSQL ends one of them, now and then both
  EXPECT_EQ(value("a") + value("b"), "11");
}

TEST_F(PoolTest, TransactGivesUpAfterItsAttempts) {
  int runs = 0;
  const auto always_retryable = [&](Transaction& transaction) {
    ++runs;
    transaction.connection().exec_script("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$");
  };
  EXPECT_THROW(pool_.transact(always_retryable, 3), DatabaseError);
  EXPECT_EQ(runs, 3);
}

TEST_F(PoolTest, TransactDoesNotRepeatOtherErrors) {
  int runs = 0;
  EXPECT_THROW(pool_.transact([&](Transaction& transaction) {
    ++runs;
    transaction.exec(kInsert, params("a", "twice"));
  }),
               DatabaseError);
  EXPECT_EQ(runs, 1);
}

TEST(PoolFaults, HealsAfterARestartOfTheCluster) {
  harness::PostgresCluster cluster;
  cluster.migrate();
  Pool pool(options_for(cluster.dsn()), 4);
  {
    auto one = pool.acquire();
    auto two = pool.acquire();
    auto three = pool.acquire();
  }
  cluster.restart();
  for (int i = 0; i < 4; ++i)
    EXPECT_NO_THROW(pool.transact([](Transaction& transaction) { transaction.exec(kPid); })) << "request " << i << " after the restart";
  cluster.kill9();
  EXPECT_THROW(pool.acquire(), DatabaseError);
  cluster.start();
  EXPECT_NO_THROW(pool.transact([](Transaction& transaction) { transaction.exec(kPid); }));
}

}  // namespace
}  // namespace loomgate::pg
