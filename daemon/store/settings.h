// SPDX-License-Identifier: Apache-2.0
// The settings table: plain values as text, secrets sealed at {"settings", "sealed_value", key}. Keys are [a-z0-9_.]{1,64}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/crypto/sealer.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

std::optional<std::string> find_setting(pg::Connection& connection, std::string_view key);
std::optional<std::string> find_sealed_setting(pg::Connection& connection, const crypto::Sealer& sealer,
                                               std::string_view key);
void put_setting(pg::Transaction& transaction, std::string_view key, std::string_view value);
void put_sealed_setting(pg::Transaction& transaction, const crypto::Sealer& sealer, std::string_view key,
                        std::string_view secret);
// Sets a secret only when there is none yet, so that several daemons starting together agree; returns the one that stands.
std::string keep_sealed_setting(pg::Transaction& transaction, const crypto::Sealer& sealer, std::string_view key,
                                std::string_view secret);
bool delete_setting(pg::Transaction& transaction, std::string_view key);

}  // namespace loomgate::store
