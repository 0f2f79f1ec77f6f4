// SPDX-License-Identifier: Apache-2.0
// Forward-only migrations: numbered, checksummed in loomgate.schema_migrations, each in its own transaction, all under one
// advisory lock so that several daemons may start together. An applied migration whose text was edited since is refused.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/pg/connection.h"

namespace loomgate::migrations {

struct Migration {
  int version;                // 1, 2, ... without gaps
  std::string_view name;      // file name without number and ending
  std::string_view checksum;  // SHA-256 of the file in hex, made at build time
  std::string_view text;
};

std::span<const Migration> embedded();
std::string_view embedded_grants();

struct Status {
  int applied = 0;                    // highest applied version, 0 on an empty database
  int available = 0;                  // highest version this program knows
  std::vector<std::string> problems;  // edited, missing or unknown newer migrations; one sentence each
};

// Reads only. Works on a database without our schema.
Status inspect(pg::Connection& connection, std::span<const Migration> known = embedded());

// Applies what is missing and then the grants; returns the versions applied. Throws std::runtime_error with one sentence
// when inspect() shows problems, DatabaseError when PostgreSQL refuses. What was applied before a failure stays.
std::vector<int> migrate(pg::Connection& connection, std::span<const Migration> known = embedded());

}  // namespace loomgate::migrations
