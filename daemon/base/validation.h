// SPDX-License-Identifier: Apache-2.0
// VALIDATION_ERROR (spec http-api 3.1) from the problems of a request, or for one field that a use case finds wrong.
#pragma once

#include <string>

#include "daemon/base/error.h"
#include "daemon/json/problem.h"

namespace loomgate {

Error validation_error(const json::Problems& problems);
// A value_error at body.<field>; the sentence is shown to the user.
Error validation_error(const std::string& field, const std::string& sentence);

}  // namespace loomgate
