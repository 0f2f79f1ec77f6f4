// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/node_lookup.h"

#include "daemon/base/error_codes.h"
#include "daemon/store/configs.h"
#include "daemon/store/nodes.h"

namespace loomgate::services {
namespace {

json::Json detail(const char* name, std::string_view id) { return json::Json::object({{name, json::Json(id)}}); }

NodeOfConfig with_node(pg::Connection& connection, std::optional<domain::Config> config, std::string_view config_id,
                       std::string_view node_id) {
  if (!config) throw Error(errors::kConfigNotFound, "There is no such config", detail("config_id", config_id));
  auto node = store::find_node(connection, node_id);
  if (!node) throw Error(errors::kNodeNotFound, "There is no such node", detail("node_id", node_id));
  if (node->config_id != config->id) throw Error(errors::kNodeConfigMismatch, "The node belongs to another config");
  return {std::move(*config), std::move(*node)};
}

}  // namespace

NodeOfConfig lock_node_of_config(pg::Transaction& transaction, std::string_view config_id, std::string_view node_id) {
  return with_node(transaction.connection(), store::lock_config(transaction, config_id), config_id, node_id);
}

NodeOfConfig find_node_of_config(pg::Connection& connection, std::string_view config_id, std::string_view node_id) {
  return with_node(connection, store::find_config(connection, config_id), config_id, node_id);
}

}  // namespace loomgate::services
