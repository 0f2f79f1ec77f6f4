// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/settings.h"

#include <stdexcept>

namespace loomgate::store {
namespace {

const pg::Statement kSettingValue{"setting_value", pg::Access::kRead,
                                  "SELECT value FROM settings WHERE key = $1 AND value IS NOT NULL"};
const pg::Statement kSealedSettingValue{
    "sealed_setting_value", pg::Access::kRead,
    "SELECT sealed_value FROM settings WHERE key = $1 AND sealed_value IS NOT NULL"};
const pg::Statement kPutSetting{"put_setting", pg::Access::kWrite,
                                "INSERT INTO settings (key, value) VALUES ($1, $2) "
                                "ON CONFLICT (key) DO UPDATE SET value = excluded.value, sealed_value = NULL, "
                                "updated_at = now()"};
const pg::Statement kPutSealedSetting{"put_sealed_setting", pg::Access::kWrite,
                                      "INSERT INTO settings (key, sealed_value) VALUES ($1, $2) "
                                      "ON CONFLICT (key) DO UPDATE SET value = NULL, "
                                      "sealed_value = excluded.sealed_value, updated_at = now()"};
const pg::Statement kKeepSealedSetting{
    "keep_sealed_setting", pg::Access::kWrite,
    "INSERT INTO settings (key, sealed_value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING"};
const pg::Statement kDeleteSetting{"delete_setting", pg::Access::kWrite, "DELETE FROM settings WHERE key = $1"};

crypto::SealedPlace place(std::string_view key) { return {"settings", "sealed_value", key}; }

}  // namespace

std::optional<std::string> find_setting(pg::Connection& connection, std::string_view key) {
  const auto rows = connection.exec(kSettingValue, pg::params(key));
  if (rows.empty()) return std::nullopt;
  return rows[0].get<std::string>(0);
}

std::optional<std::string> find_sealed_setting(pg::Connection& connection, const crypto::Sealer& sealer,
                                               std::string_view key) {
  const auto rows = connection.exec(kSealedSettingValue, pg::params(key));
  if (rows.empty()) return std::nullopt;
  return sealer.open(place(key), rows[0].get<pg::Bytes>(0));
}

void put_setting(pg::Transaction& transaction, std::string_view key, std::string_view value) {
  transaction.exec(kPutSetting, pg::params(key, value));
}

void put_sealed_setting(pg::Transaction& transaction, const crypto::Sealer& sealer, std::string_view key,
                        std::string_view secret) {
  transaction.exec(kPutSealedSetting, pg::params(key, sealer.seal(place(key), secret)));
}

std::string keep_sealed_setting(pg::Transaction& transaction, const crypto::Sealer& sealer, std::string_view key,
                                std::string_view secret) {
  transaction.exec(kKeepSealedSetting, pg::params(key, sealer.seal(place(key), secret)));
  auto kept = find_sealed_setting(transaction.connection(), sealer, key);
  if (!kept) throw std::runtime_error("a setting that must be sealed stands in clear");
  return *kept;
}

bool delete_setting(pg::Transaction& transaction, std::string_view key) {
  return transaction.exec(kDeleteSetting, pg::params(key)).affected() > 0;
}

}  // namespace loomgate::store
