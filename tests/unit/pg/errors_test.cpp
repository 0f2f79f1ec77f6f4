// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/errors.h"

#include <gtest/gtest.h>

namespace loomgate::pg {
namespace {

TEST(ClassifySqlstate, EveryStateHasItsClass) {
  const std::pair<const char*, ErrorClass> table[] = {
      {"08000", ErrorClass::kConnectionLost}, {"08006", ErrorClass::kConnectionLost}, {"57P01", ErrorClass::kConnectionLost},
      {"57P03", ErrorClass::kConnectionLost}, {"53300", ErrorClass::kConnectionLost}, {"40001", ErrorClass::kRetryable},
      {"40P01", ErrorClass::kRetryable},      {"55P03", ErrorClass::kRetryable},      {"23505", ErrorClass::kUnique},
      {"23503", ErrorClass::kForeignKey},     {"23514", ErrorClass::kCheck},          {"23502", ErrorClass::kCheck},
      {"22P02", ErrorClass::kInvalidInput},   {"22021", ErrorClass::kInvalidInput},   {"42P01", ErrorClass::kOther},
      {"57014", ErrorClass::kOther},          {"53200", ErrorClass::kOther},          {"", ErrorClass::kOther},
  };
  for (const auto& [state, expected] : table) EXPECT_EQ(classify_sqlstate(state), expected) << state;
}

}  // namespace
}  // namespace loomgate::pg
