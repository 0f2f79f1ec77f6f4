// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/statement.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace loomgate::pg {
namespace {

const Statement kOne{"test_statement_one", Access::kRead, "SELECT 1"};

TEST(StatementRegistry, KnowsEveryStatement) {
  const auto all = all_statements();
  EXPECT_EQ(std::count(all.begin(), all.end(), &kOne), 1);
}

TEST(StatementRegistryDeathTest, DoubleNameEndsTheProgram) {
  EXPECT_DEATH(Statement("test_statement_one", Access::kRead, "SELECT 2"), "two SQL statements are named test_statement_one");
}

}  // namespace
}  // namespace loomgate::pg
