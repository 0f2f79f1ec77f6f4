// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/errors.h"

namespace loomgate::pg {

ErrorClass classify_sqlstate(std::string_view sqlstate) {
  if (sqlstate.starts_with("08") || sqlstate.starts_with("57P") || sqlstate == "53300") return ErrorClass::kConnectionLost;
  if (sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "55P03") return ErrorClass::kRetryable;
  if (sqlstate == "23505") return ErrorClass::kUnique;
  if (sqlstate == "23503") return ErrorClass::kForeignKey;
  if (sqlstate.starts_with("23")) return ErrorClass::kCheck;
  if (sqlstate.starts_with("22")) return ErrorClass::kInvalidInput;
  return ErrorClass::kOther;
}

}  // namespace loomgate::pg
