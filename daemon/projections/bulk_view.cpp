// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/bulk_view.h"

#include "daemon/domain/sync_state.h"
#include "daemon/projections/config_view.h"
#include "daemon/projections/node_view.h"
#include "daemon/store/configs.h"

namespace loomgate::projections {
namespace {

const pg::Statement kBulkNodes{
    "bulk_nodes", pg::Access::kRead,
    "SELECT n.id, n.name, n.node_type, n.virtual_ip, n.auto_sync, s.staged_version, s.staged_sha256, s.desired_sha256 "
    "FROM nodes n JOIN node_config_state s ON s.node_id = n.id WHERE n.config_id = $1 AND n.enabled "
    "ORDER BY n.created_at, n.seq"};

const pg::Statement kStagedNodes{
    "staged_nodes", pg::Access::kRead,
    "SELECT n.id, n.config_id, n.name, n.enabled, s.staged_version, s.staged_sha256, t.text_sealed "
    "FROM nodes n JOIN node_config_state s ON s.node_id = n.id "
    "LEFT JOIN node_texts t ON t.node_id = n.id AND t.sha256 = s.staged_sha256 WHERE n.id = ANY($1::text[])"};

BulkNode read_bulk_node(pg::Row row, bool mqtt_enabled) {
  pg::RowReader reader(row);
  BulkNode node;
  node.id = reader.next<std::string>();
  node.name = reader.next<std::string>();
  node.node_type = effective_type(reader.next<std::string>(), mqtt_enabled);
  node.virtual_ip = reader.next<std::optional<std::string>>();
  node.auto_sync = reader.next<bool>();
  node.staged_version = reader.next<int>();
  node.staged_sha256 = reader.next<std::string>();
  node.can_download = !node.staged_sha256.empty();
  node.sync_status = domain::apply_status(reader.next<std::string>(), node.staged_sha256);
  return node;
}

StagedNode read_staged_node(pg::Row row, const crypto::Sealer& sealer) {
  pg::RowReader reader(row);
  StagedNode node;
  node.id = reader.next<std::string>();
  node.config_id = reader.next<std::string>();
  node.name = reader.next<std::string>();
  node.enabled = reader.next<bool>();
  node.staged_version = reader.next<int>();
  node.staged_sha256 = reader.next<std::string>();
  const auto sealed = reader.next<std::optional<pg::Bytes>>();
  const auto text_row = node.id + ":" + node.staged_sha256;
  if (sealed) node.text = sealer.open({"node_texts", "text_sealed", text_row}, *sealed);
  return node;
}

}  // namespace

std::vector<BulkConfig> bulk_configs(pg::Connection& connection, bool mqtt_enabled) {
  std::vector<BulkConfig> configs;
  for (const auto& view : count_configs(connection, store::all_configs(connection), mqtt_enabled)) {
    configs.push_back({view.config.id, view.config.name, view.config.enabled, view.counts.node_count,
                       view.counts.dynamic_node_count, view.counts.disabled_node_count});
  }
  return configs;
}

std::vector<BulkNode> bulk_nodes(pg::Connection& connection, std::string_view config_id, bool mqtt_enabled) {
  std::vector<BulkNode> nodes;
  const auto rows = connection.exec(kBulkNodes, pg::params(config_id));
  for (const auto row : rows) nodes.push_back(read_bulk_node(row, mqtt_enabled));
  return nodes;
}

std::vector<StagedNode> staged_nodes(pg::Connection& connection, const crypto::Sealer& sealer,
                                     const std::vector<std::string>& node_ids) {
  std::vector<StagedNode> nodes;
  const auto rows = connection.exec(kStagedNodes, pg::params(node_ids));
  for (const auto row : rows) nodes.push_back(read_staged_node(row, sealer));
  return nodes;
}

}  // namespace loomgate::projections

namespace loomgate::json {

using projections::BulkConfig;
using projections::BulkNode;
using projections::BulkOptions;

const Shape<BulkConfig>& Describe<BulkConfig>::shape() {
  static const auto shape = Shape<BulkConfig>("BulkConfig")
                                .field("id", &BulkConfig::id)
                                .field("name", &BulkConfig::name)
                                .field("enabled", &BulkConfig::enabled)
                                .field("node_count", &BulkConfig::node_count)
                                .field("dynamic_node_count", &BulkConfig::dynamic_node_count)
                                .field("disabled_node_count", &BulkConfig::disabled_node_count);
  return shape;
}

const Shape<BulkNode>& Describe<BulkNode>::shape() {
  static const auto shape = Shape<BulkNode>("BulkNode")
                                .field("id", &BulkNode::id)
                                .field("name", &BulkNode::name)
                                .field("node_type", &BulkNode::node_type)
                                .field("virtual_ip", &BulkNode::virtual_ip)
                                .field("auto_sync", &BulkNode::auto_sync)
                                .field("can_download", &BulkNode::can_download)
                                .field("staged_version", &BulkNode::staged_version)
                                .field("staged_sha256", &BulkNode::staged_sha256)
                                .field("sync_status", &BulkNode::sync_status);
  return shape;
}

const Shape<BulkOptions>& Describe<BulkOptions>::shape() {
  static const auto shape = Shape<BulkOptions>("BulkOptions")
                                .field("configs", &BulkOptions::configs)
                                .field("nodes", &BulkOptions::nodes);
  return shape;
}

}  // namespace loomgate::json
