// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/config_packages.h"

namespace loomgate::store {
namespace {

const pg::Statement kReplacePackage{
    "replace_config_package", pg::Access::kWrite,
    "INSERT INTO config_packages (id, config_id, content_sealed) VALUES ($1, $2, $3) "
    "ON CONFLICT ON CONSTRAINT config_packages_one DO UPDATE SET id = excluded.id, config_id = excluded.config_id, "
    "content_sealed = excluded.content_sealed, created_at = now()"};

const pg::Statement kPackageById{"config_package_by_id", pg::Access::kRead,
                                 "SELECT id, config_id, content_sealed FROM config_packages "
                                 "WHERE id = $1 AND created_at > now() - interval '1 hour'"};

const pg::Statement kDropOldPackage{"drop_old_config_package", pg::Access::kWrite,
                                    "DELETE FROM config_packages WHERE created_at <= now() - interval '1 hour'"};

crypto::SealedPlace content_place(std::string_view package_id) {
  return {"config_packages", "content_sealed", package_id};
}

}  // namespace

void replace_config_package(pg::Transaction& transaction, const crypto::Sealer& sealer, const ConfigPackage& package) {
  transaction.exec(kReplacePackage, pg::params(package.id, package.config_id,
                                               sealer.seal(content_place(package.id), package.content)));
}

std::optional<ConfigPackage> find_config_package(pg::Connection& connection, const crypto::Sealer& sealer,
                                                 std::string_view package_id) {
  const auto rows = connection.exec(kPackageById, pg::params(package_id));
  if (rows.empty()) return std::nullopt;
  pg::RowReader reader(rows[0]);
  ConfigPackage package;
  package.id = reader.next<std::string>();
  package.config_id = reader.next<std::string>();
  package.content = sealer.open(content_place(package.id), reader.next<pg::Bytes>());
  return package;
}

void drop_old_config_package(pg::Transaction& transaction) {
  transaction.exec(kDropOldPackage);
}

}  // namespace loomgate::store
