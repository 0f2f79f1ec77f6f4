// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/accounts.h"

#include "daemon/crypto/passwords.h"

namespace loomgate::store {
namespace {

// Always one row. The key of the older system's older system is read only when the first is empty.
const pg::Statement kReadAdmin{"accounts_read_admin", pg::Access::kRead, R"(
    SELECT coalesce(a.password_hash,
                    nullif((SELECT value FROM settings WHERE key = 'auth_admin_password_hash'), ''),
                    (SELECT value FROM settings WHERE key = 'auth_password_hash'), ''),
           coalesce(a.enabled, true),
           (SELECT sealed_value FROM settings WHERE key = 'auth_token_secret')
      FROM (SELECT 1) one LEFT JOIN accounts a ON a.username = 'admin')"};

const pg::Statement kReplacePassword{"accounts_replace_password", pg::Access::kWrite, R"(
    INSERT INTO accounts (username, display_name, role, password_hash) VALUES ('admin', 'Admin', 'admin', $1)
        ON CONFLICT (username) DO UPDATE
           SET password_hash = excluded.password_hash, password_changed_at = now(), updated_at = now()
         WHERE accounts.password_hash = $2)"};

const pg::Statement kForgetRecords{"accounts_forget_records", pg::Access::kWrite, R"(
    DELETE FROM settings WHERE key IN ('auth_admin_password_hash', 'auth_password_hash'))"};

const pg::Statement kForgetAccount{"accounts_forget_admin", pg::Access::kWrite,
                                   "DELETE FROM accounts WHERE username = 'admin'"};

const pg::Statement kForgetSecret{"accounts_forget_secret", pg::Access::kWrite, R"(
    DELETE FROM settings WHERE key IN ('auth_token_secret', 'auth_password_updated_at'))"};

}  // namespace

AdminAccount read_admin(pg::Connection& connection) {
  const auto rows = connection.exec(kReadAdmin);
  pg::RowReader row(rows[0]);
  AdminAccount account;
  account.stored_hash = row.next<std::string>();
  account.enabled = row.next<bool>();
  account.sealed_token_secret = row.next<std::optional<pg::Bytes>>();
  account.usable = crypto::is_password_record(account.stored_hash);
  return account;
}

bool replace_admin_password(pg::Transaction& transaction, std::string_view password_hash, std::string_view expected) {
  if (transaction.exec(kReplacePassword, pg::params(password_hash, expected)).affected() == 0) return false;
  transaction.exec(kForgetRecords);
  return true;
}

void forget_admin(pg::Transaction& transaction) {
  transaction.exec(kForgetAccount);
  transaction.exec(kForgetRecords);
  transaction.exec(kForgetSecret);
}

}  // namespace loomgate::store
