// SPDX-License-Identifier: Apache-2.0
// Rows of view `access` become grants only when they are well formed: a malformed salt or hash must not reach the
// table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugin/access/roster.h"
#include "sql/pg/result.h"
#include "sql/pg/statement.h"

namespace loomgate::replica {

// All rows by cursor, so that a load of many devices never holds them twice: kOpenAccess, then kNextAccess until it is
// empty.
extern const pg::Statement kOpenAccess;
extern const pg::Statement kNextAccess;
extern const pg::Statement kAccessOf;  // $1 text[]: usernames
extern const pg::Statement kServicesEnabled;

struct AccessRow {
  std::string kind, username, client_id;
  std::optional<std::string> config_id;
  std::vector<std::uint8_t> salt, hash;
};

// False when the row is not exactly what the schema promises; nothing is added then.
bool add_row(const AccessRow& row, access::Roster& roster);

struct BadRows {
  int count = 0;
  std::string first;  // its username
  bool operator==(const BadRows&) const = default;
};

void add_rows(const pg::Result& result, access::Roster& roster, BadRows& bad);

}  // namespace loomgate::replica
