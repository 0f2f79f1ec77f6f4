// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/service_accounts.h"

#include <algorithm>

#include "daemon/base/ids.h"
#include "plugin/base/digest.h"

namespace loomgate::store {
namespace {

constexpr std::string_view kNameSetting = "mqtt.session_account";

const pg::Statement kKeepSessionName{"keep_session_name", pg::Access::kWrite,
                                     "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING"};
const pg::Statement kSessionName{"session_name", pg::Access::kRead, "SELECT value FROM settings WHERE key = $1"};

const pg::Statement kServiceAccount{"service_account", pg::Access::kWrite,
                                    "SELECT salt, hash FROM service_accounts WHERE username = $1 FOR UPDATE"};
const pg::Statement kPutServiceAccount{
    "put_service_account", pg::Access::kWrite,
    "INSERT INTO service_accounts (username, client_id, salt, hash) VALUES ($1, $1, $2, $3) "
    "ON CONFLICT (username) DO UPDATE SET salt = excluded.salt, hash = excluded.hash, heartbeat_at = now()"};
const pg::Statement kTouchServiceAccount{"touch_service_account", pg::Access::kWrite,
                                         "UPDATE service_accounts SET heartbeat_at = now() WHERE username = $1"};
const pg::Statement kDropStaleServiceAccounts{
    "drop_stale_service_accounts", pg::Access::kWrite,
    "DELETE FROM service_accounts WHERE heartbeat_at < now() - interval '1 day'"};

pg::Bytes hash_of(const pg::Bytes& salt, std::string_view password) {
  MqttSalt bytes{};
  std::copy(salt.begin(), salt.end(), bytes.begin());
  const auto hash = mqtt_password_hash(bytes, password);
  return {hash.begin(), hash.end()};
}

}  // namespace

std::string service_account_name(pg::Transaction& transaction) {
  transaction.exec(kKeepSessionName, pg::params(kNameSetting, "wfm-server-" + new_request_id().substr(0, 12)));
  return transaction.exec(kSessionName, pg::params(kNameSetting))[0].get<std::string>(0);
}

bool keep_service_account(pg::Transaction& transaction, std::string_view name, std::string_view password) {
  const auto rows = transaction.exec(kServiceAccount, pg::params(name));
  if (!rows.empty() && equal_constant_time(rows[0].get<pg::Bytes>(1), hash_of(rows[0].get<pg::Bytes>(0), password))) {
    transaction.exec(kTouchServiceAccount, pg::params(name));
    return false;
  }
  pg::Bytes salt(MqttSalt{}.size());
  random_bytes(salt);
  transaction.exec(kPutServiceAccount, pg::params(name, salt, hash_of(salt, password)));
  return true;
}

void drop_stale_service_accounts(pg::Transaction& transaction) {
  transaction.exec(kDropStaleServiceAccounts);
}

}  // namespace loomgate::store
