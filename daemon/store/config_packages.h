// SPDX-License-Identifier: Apache-2.0
// The last bulk download (spec downloads 5). It stands in the database, so that any daemon can hand it out, and sealed,
// because it holds private keys. A new one replaces it; an hour later it is gone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/crypto/sealer.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

struct ConfigPackage {
  std::string id;
  std::string config_id;
  std::string content;  // a ZIP file
};

void replace_config_package(pg::Transaction& transaction, const crypto::Sealer& sealer, const ConfigPackage& package);
std::optional<ConfigPackage> find_config_package(pg::Connection& connection, const crypto::Sealer& sealer,
                                                 std::string_view package_id);
void drop_old_config_package(pg::Transaction& transaction);

}  // namespace loomgate::store
