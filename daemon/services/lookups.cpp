// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/lookups.h"

#include "daemon/base/error_codes.h"
#include "daemon/store/configs.h"
#include "daemon/store/nodes.h"

namespace loomgate::services {
namespace {

domain::Config config_or_throw(std::optional<domain::Config> config, std::string_view config_id) {
  if (!config) throw Error(errors::kConfigNotFound, "Config not found", json::Json::object({{"config_id", config_id}}));
  return std::move(*config);
}

}  // namespace

domain::Config require_config(pg::Connection& connection, std::string_view config_id) {
  return config_or_throw(store::find_config(connection, config_id), config_id);
}

domain::Config require_locked_config(pg::Transaction& transaction, std::string_view config_id) {
  return config_or_throw(store::lock_config(transaction, config_id), config_id);
}

domain::Node require_node(pg::Connection& connection, std::string_view node_id, const crypto::Sealer* sealer) {
  auto node = store::find_node(connection, node_id, sealer);
  if (!node) throw Error(errors::kNodeNotFound, "Node not found", json::Json::object({{"node_id", node_id}}));
  return std::move(*node);
}

domain::Node require_node_of(pg::Connection& connection, const domain::Config& config, std::string_view node_id,
                             const crypto::Sealer* sealer) {
  auto node = require_node(connection, node_id, sealer);
  if (node.config_id != config.id) throw Error(errors::kNodeConfigMismatch, "The node belongs to another config");
  return node;
}

domain::Node require_enabled_node_of(pg::Connection& connection, const domain::Config& config, std::string_view node_id,
                                     const crypto::Sealer* sealer) {
  auto node = require_node_of(connection, config, node_id, sealer);
  if (!node.enabled) throw Error(errors::kNodeDisabled, "The node is disabled");
  return node;
}

}  // namespace loomgate::services
