// SPDX-License-Identifier: Apache-2.0
// Which statements PostgreSQL keeps a plan of: one from the time when a table was empty would be used when it is full.
#include <gtest/gtest.h>

#include "sql/pg/transaction.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::pg {
namespace {

const Statement kKept{"test_plan_kept", Access::kRead, "SELECT count(*) FROM settings WHERE key = ANY($1::text[])"};
const Statement kFresh{"test_plan_fresh", Access::kRead, "SELECT count(*) FROM settings WHERE key = ANY($1::text[])", Plan::kFresh};
constexpr int kSome = 8;

class StatementPlan : public testing::Test {
 protected:
  // Only what is prepared can have a plan that stays.
  std::string prepared() {
    return connection_.exec_script("SELECT coalesce(string_agg(name, ' '), '') FROM pg_prepared_statements")[0].get<std::string>(0);
  }
  const std::vector<std::string> keys_{"a", "b"};
  harness::TestDatabase database_ = harness::shared_cluster().fresh_database();
  Connection connection_ = harness::connect(database_.dsn());
};

TEST_F(StatementPlan, IsKeptUnlessTheStatementSaysOtherwise) {
  for (int i = 0; i < kSome; ++i) {
    EXPECT_EQ(connection_.exec(kKept, params(keys_))[0].get<int>(0), 0);
    EXPECT_EQ(connection_.exec(kFresh, params(keys_))[0].get<int>(0), 0);
  }
  EXPECT_EQ(prepared(), "test_plan_kept");
}

TEST_F(StatementPlan, BothKindsMixInAPipeline) {
  connection_.exec_script("INSERT INTO settings (key, value) VALUES ('b', 'x')");
  auto pipeline = connection_.pipeline();
  for (int i = 0; i < kSome; ++i) pipeline.add(kFresh, params(keys_)).add(kKept, params(keys_));
  const auto results = pipeline.run();
  ASSERT_EQ(results.size(), 2U * kSome);
  for (const auto& result : results) EXPECT_EQ(result[0].get<int>(0), 1);
  EXPECT_EQ(prepared(), "test_plan_kept");
}

}  // namespace
}  // namespace loomgate::pg
