// SPDX-License-Identifier: Apache-2.0
// The one table from constraint names to the contract's error codes. Rules that two requests can race on are guarded by
// constraints; the loser of a race gets the same code as one who came late.
#pragma once

#include <exception>
#include <optional>

#include "daemon/base/error.h"

namespace loomgate::store {

// For the error boundary: a violated constraint becomes its code, a lost database becomes 503 SERVICE_UNAVAILABLE.
// nullopt for anything else: a bug of ours, or not a database error.
std::optional<Error> translate_database_error(std::exception_ptr failure);

}  // namespace loomgate::store
