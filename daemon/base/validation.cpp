// SPDX-License-Identifier: Apache-2.0
#include "daemon/base/validation.h"

#include "daemon/base/error_codes.h"

namespace loomgate {

Error validation_error(const json::Problems& problems) {
  return Error(errors::kValidationError, json::problems_message(problems), json::problems_detail(problems));
}

Error validation_error(const std::string& field, const std::string& sentence) {
  return validation_error(
      {{"value_error", {std::string("body"), field}, "Value error, " + sentence, json::Json::object()}});
}

}  // namespace loomgate
