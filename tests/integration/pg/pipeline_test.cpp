// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sql/pg/transaction.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::pg {
namespace {

const Statement kEcho{"test_pipeline_echo", Access::kRead, "SELECT $1::text"};
const Statement kInsert{"test_pipeline_insert", Access::kWrite, "INSERT INTO settings (key, value) VALUES ($1, 'x')"};
const Statement kCount{"test_pipeline_count", Access::kRead, "SELECT count(*) FROM settings"};
const Statement kBroken{"test_pipeline_broken", Access::kRead, "SELECT nonsense FROM nowhere"};
const Statement kGrow{"test_pipeline_grow", Access::kRead, "SELECT repeat('y', length($1::text))"};

class PipelineTest : public testing::Test {
 protected:
  int count() { return connection_.exec(kCount)[0].get<int>(0); }
  harness::TestDatabase database_ = harness::shared_cluster().fresh_database();
  Connection connection_ = harness::connect(database_.dsn());
};

TEST_F(PipelineTest, AnswersInTheOrderOfTheQuestions) {
  auto pipeline = connection_.pipeline();
  for (int i = 0; i < 200; ++i) pipeline.add(kEcho, params(std::to_string(i)));
  pipeline.add(kInsert, params("a")).add(kCount);
  const std::vector<Result> results = pipeline.run();
  ASSERT_EQ(results.size(), 202U);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)][0].get<std::string>(0), std::to_string(i));
  EXPECT_EQ(results[200].affected(), 1);
  EXPECT_EQ(results[201][0].get<int>(0), 1);
}

TEST_F(PipelineTest, EmptyPipelineDoesNothing) { EXPECT_TRUE(connection_.pipeline().run().empty()); }

TEST_F(PipelineTest, MixesWithOrdinaryStatementsAndCanRunAgain) {
  EXPECT_EQ(count(), 0);
  auto pipeline = connection_.pipeline();
  EXPECT_EQ(pipeline.add(kInsert, params("a")).run().size(), 1U);
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(pipeline.add(kInsert, params("b")).add(kEcho, params("e")).run().size(), 2U);
  EXPECT_EQ(count(), 2);
}

TEST_F(PipelineTest, FirstFailureIsThrownAndNothingOfItStays) {
  try {
    connection_.pipeline().add(kInsert, params("a")).add(kInsert, params("a")).add(kInsert, params("b")).run();
    FAIL() << "a duplicate key was accepted";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.error_class(), ErrorClass::kUnique);
    EXPECT_EQ(error.constraint(), "settings_pkey");
  }
  EXPECT_TRUE(connection_.usable());
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(connection_.pipeline().add(kInsert, params("b")).add(kCount).run()[1][0].get<int>(0), 1);
}

TEST_F(PipelineTest, StatementThatCannotBePreparedFailsAndLaterOnesArePreparedAnew) {
  EXPECT_THROW(connection_.pipeline().add(kEcho, params("1")).add(kBroken).add(kCount).run(), DatabaseError);
  const auto results = connection_.pipeline().add(kEcho, params("1")).add(kCount).run();
  EXPECT_EQ(results[1][0].get<int>(0), 0);
}

TEST_F(PipelineTest, InsideATransactionTheFailureDoomsTheTransaction) {
  {
    Transaction transaction(connection_);
    EXPECT_THROW(connection_.pipeline().add(kInsert, params("a")).add(kBroken).run(), DatabaseError);
    EXPECT_TRUE(connection_.transaction_failed());
  }
  EXPECT_FALSE(connection_.in_transaction());
  EXPECT_EQ(count(), 0);
}

// More than every socket buffer holds, both ways: a client that only writes would deadlock with a server that only answers.
TEST_F(PipelineTest, LargeTrafficInBothDirectionsDoesNotBlock) {
  const std::string large(1'000'000, 'x');
  auto pipeline = connection_.pipeline();
  for (int i = 0; i < 24; ++i) pipeline.add(kGrow, params(large));
  for (const Result& result : pipeline.run()) EXPECT_EQ(result[0].raw(0).size(), large.size());
}

TEST_F(PipelineTest, LostConnectionIsThrownAsSuch) {
  static const Statement kSuicide{"test_pipeline_suicide", Access::kWrite, "SELECT pg_terminate_backend(pg_backend_pid())"};
  try {
    connection_.pipeline().add(kEcho, params("1")).add(kSuicide).add(kCount).run();
    FAIL() << "the end of the backend went unnoticed";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.error_class(), ErrorClass::kConnectionLost);
  }
  EXPECT_FALSE(connection_.usable());
}

}  // namespace
}  // namespace loomgate::pg
