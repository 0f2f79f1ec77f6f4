// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/config_view.h"

#include <map>

#include "daemon/store/header_key.h"
#include "daemon/store/topology.h"

namespace loomgate::projections {
namespace {

const pg::Statement kConfigCounts{
    "config_counts", pg::Access::kRead,
    "SELECT n.config_id, count(*)::int, "
    "(count(*) FILTER (WHERE n.enabled AND n.node_type = 'dynamic'))::int, "
    "(count(*) FILTER (WHERE n.enabled AND n.node_type = 'dynamic' AND r.online))::int, "
    "(count(*) FILTER (WHERE NOT n.enabled))::int "
    "FROM nodes n JOIN node_runtime r ON r.node_id = n.id WHERE n.config_id = ANY($1::text[]) GROUP BY n.config_id"};

std::map<std::string, ConfigCounts> node_counts(pg::Connection& connection, const std::vector<std::string>& config_ids) {
  std::map<std::string, ConfigCounts> counts;
  const auto rows = connection.exec(kConfigCounts, pg::params(config_ids));
  for (const auto row : rows) {
    auto& entry = counts[row.get<std::string>(0)];
    entry.node_count = row.get<int>(1);
    entry.dynamic_node_count = row.get<int>(2);
    entry.online_node_count = row.get<int>(3);
    entry.disabled_node_count = row.get<int>(4);
  }
  return counts;
}

// A disabled config shows nobody online and hides its topology; without MQTT no node counts as dynamic.
ConfigCounts presented(ConfigCounts counts, int topology_errors, bool config_enabled, bool mqtt_enabled) {
  if (!mqtt_enabled) counts.dynamic_node_count = 0;
  if (!mqtt_enabled || !config_enabled) counts.online_node_count = 0;
  counts.offline_node_count = counts.dynamic_node_count - counts.online_node_count;
  counts.topology_error_count = config_enabled ? topology_errors : 0;
  counts.topology_invalid = counts.topology_error_count > 0;
  return counts;
}

}  // namespace

std::vector<ConfigView> count_configs(pg::Connection& connection, std::vector<domain::Config> configs,
                                      bool mqtt_enabled) {
  std::vector<std::string> ids;
  for (const auto& config : configs) ids.push_back(config.id);
  auto counts = node_counts(connection, ids);
  auto errors = store::topology_error_counts(connection, ids);
  std::vector<ConfigView> views;
  for (auto& config : configs) {
    ConfigView view;
    view.counts = presented(counts[config.id], errors[config.id], config.enabled, mqtt_enabled);
    view.config = std::move(config);
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<ConfigView> view_configs(pg::Connection& connection, const crypto::Sealer& sealer,
                                     std::vector<domain::Config> configs, bool mqtt_enabled) {
  for (auto& config : configs) store::open_header_key(sealer, config);
  return count_configs(connection, std::move(configs), mqtt_enabled);
}

ConfigView view_config(pg::Connection& connection, const crypto::Sealer& sealer, domain::Config config,
                       bool mqtt_enabled) {
  std::vector<domain::Config> one;
  one.push_back(std::move(config));
  return std::move(view_configs(connection, sealer, std::move(one), mqtt_enabled).front());
}

}  // namespace loomgate::projections
