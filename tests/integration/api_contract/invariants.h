// SPDX-License-Identifier: Apache-2.0
// What must hold of a daemon and its database after any requests whatever.
#pragma once

#include <string>
#include <vector>

#include "sql/pg/connection.h"
#include "tests/harness/api_client.h"

namespace loomgate::contract {

// From now on the database notes every version that falls, and every text that changes without a new version.
void watch_versions(pg::Connection& connection);

// Every rule that is broken, in words; empty when all is well. The reads go through the API as a client's do.
std::vector<std::string> broken_invariants(pg::Connection& connection, harness::ApiClient& client);

}  // namespace loomgate::contract
