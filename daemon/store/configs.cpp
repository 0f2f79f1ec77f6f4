// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/configs.h"

#include <stdexcept>

#include "daemon/store/awg_columns.h"
#include "daemon/store/configs_statements.h"

namespace loomgate::store {
namespace {

domain::Config read_config(pg::Row row) {
  pg::RowReader reader(row);
  domain::Config config;
  config.id = reader.next<std::string>();
  config.name = reader.next<std::string>();
  config.description = reader.next<std::string>();
  config.enabled = reader.next<bool>();
  config.virtual_subnet = reader.next<std::string>();
  config.default_listen_port = reader.next<int>();
  config.default_mtu = reader.next<std::optional<int>>();
  config.default_dns = reader.next<std::optional<std::string>>();
  config.auto_sync = reader.next<bool>();
  config.tunnel_protocol = reader.next<std::string>();
  config.previous_tunnel_protocol = reader.next<std::optional<std::string>>();
  config.awg = read_shared_awg(reader);
  config.created_at = reader.next<Timestamp>();
  config.updated_at = reader.next<Timestamp>();
  return config;
}

std::optional<domain::Config> first_config(const pg::Result& rows) {
  if (rows.empty()) return std::nullopt;
  return read_config(rows[0]);
}

// Insert and update write the same columns in the same order.
void write_config(pg::Transaction& transaction, const pg::Statement& statement, const crypto::Sealer& sealer,
                  domain::Config& config) {
  auto params = pg::params(config.id, config.name, config.description, config.enabled, config.virtual_subnet,
                           config.default_listen_port, config.default_mtu, config.default_dns, config.auto_sync,
                           config.tunnel_protocol, config.previous_tunnel_protocol);
  add_shared_awg(params, sealer, config.id, config.awg);
  const auto rows = transaction.exec(statement, params);
  if (rows.empty()) throw std::logic_error("a config vanished while its row was locked");
  pg::RowReader reader(rows[0]);
  config.virtual_subnet = reader.next<std::string>();
  config.created_at = reader.next<Timestamp>();
  config.updated_at = reader.next<Timestamp>();
}

}  // namespace

std::vector<domain::Config> all_configs(pg::Connection& connection) {
  std::vector<domain::Config> configs;
  const auto rows = connection.exec(kAllConfigs);
  for (const auto row : rows) configs.push_back(read_config(row));
  return configs;
}

std::optional<domain::Config> find_config(pg::Connection& connection, std::string_view config_id) {
  return first_config(connection.exec(kConfigById, pg::params(config_id)));
}

std::optional<domain::Config> lock_config(pg::Transaction& transaction, std::string_view config_id) {
  return first_config(transaction.exec(kLockConfig, pg::params(config_id)));
}

std::optional<domain::Config> lock_config_of_node(pg::Transaction& transaction, std::string_view node_id) {
  return first_config(transaction.exec(kLockConfigOfNode, pg::params(node_id)));
}

std::optional<domain::Config> lock_config_of_group(pg::Transaction& transaction, std::string_view group_id) {
  return first_config(transaction.exec(kLockConfigOfGroup, pg::params(group_id)));
}

std::optional<domain::Config> lock_config_of_forward(pg::Transaction& transaction, std::string_view rule_id) {
  return first_config(transaction.exec(kLockConfigOfForward, pg::params(rule_id)));
}

void insert_config(pg::Transaction& transaction, const crypto::Sealer& sealer, domain::Config& config) {
  write_config(transaction, kInsertConfig, sealer, config);
}

void update_config(pg::Transaction& transaction, const crypto::Sealer& sealer, domain::Config& config) {
  write_config(transaction, kUpdateConfig, sealer, config);
}

bool delete_config(pg::Transaction& transaction, std::string_view config_id) {
  return transaction.exec(kDeleteConfig, pg::params(config_id)).affected() > 0;
}

void touch_config(pg::Transaction& transaction, std::string_view config_id) {
  transaction.exec(kTouchConfig, pg::params(config_id));
}

// Two statements, so that the second one sees everything that was written before the rows were locked.
int forget_previous_protocols(pg::Transaction& transaction) {
  std::vector<std::string> ids;
  for (const auto row : transaction.exec(kLockSwitchedConfigs)) ids.push_back(row.get<std::string>(0));
  if (ids.empty()) return 0;
  return static_cast<int>(transaction.exec(kForgetPreviousProtocols, pg::params(ids)).affected());
}

}  // namespace loomgate::store
