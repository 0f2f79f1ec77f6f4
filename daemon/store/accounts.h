// SPDX-License-Identifier: Apache-2.0
// The administrator's account (spec auth 3). It is a row of `accounts`; a password record that came from the older
// system may still stand in `settings` and counts until the next password is written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sql/pg/transaction.h"

namespace loomgate::store {

inline constexpr const char* kAdminUsername = "admin";
inline constexpr const char* kAdminDisplayName = "Admin";
inline constexpr const char* kTokenSecretKey = "auth_token_secret";

struct AdminAccount {
  std::string stored_hash;  // as stored, possibly of a form that cannot be verified; empty: none
  bool usable = false;      // stored_hash is a password record: set-up is over
  bool enabled = true;
  std::optional<pg::Bytes> sealed_token_secret;
};

// One statement: every protected request asks it.
AdminAccount read_admin(pg::Connection& connection);

// Writes the password record if the stored one is still `expected` (empty: none); false when somebody else was faster.
bool replace_admin_password(pg::Transaction& transaction, std::string_view password_hash, std::string_view expected);

// As the development reset does: account, records of the older system and the signing secret.
void forget_admin(pg::Transaction& transaction);

}  // namespace loomgate::store
