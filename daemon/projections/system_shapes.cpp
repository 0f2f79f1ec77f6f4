// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/system_view.h"

namespace loomgate::json {

using projections::InvalidConfig;
using projections::SyncIssue;
using projections::SyncIssues;
using projections::SystemServices;
using projections::SystemStatus;
using projections::SystemSummary;
using projections::SystemTopology;
using projections::UpdateInfo;

const Shape<SystemSummary>& Describe<SystemSummary>::shape() {
  static const auto shape = Shape<SystemSummary>("SystemSummary")
                                .field("configs", &SystemSummary::configs)
                                .field("nodes", &SystemSummary::nodes)
                                .field("dynamic_nodes", &SystemSummary::dynamic_nodes)
                                .field("online_nodes", &SystemSummary::online_nodes);
  return shape;
}

const Shape<SyncIssue>& Describe<SyncIssue>::shape() {
  static const auto shape = Shape<SyncIssue>("SyncIssue")
                                .field("config_id", &SyncIssue::config_id)
                                .field("config_name", &SyncIssue::config_name)
                                .field("node_id", &SyncIssue::node_id)
                                .field("node_name", &SyncIssue::node_name)
                                .field("node_type", &SyncIssue::node_type, literal({"dynamic", "static"}))
                                .field("status", &SyncIssue::status)
                                .field("topology_valid", &SyncIssue::topology_valid)
                                .field("messages", &SyncIssue::messages);
  return shape;
}

const Shape<SyncIssues>& Describe<SyncIssues>::shape() {
  static const auto shape = Shape<SyncIssues>("SyncIssues")
                                .field("issue_count", &SyncIssues::issue_count)
                                .field("issues", &SyncIssues::issues);
  return shape;
}

const Shape<InvalidConfig>& Describe<InvalidConfig>::shape() {
  static const auto shape = Shape<InvalidConfig>("InvalidConfig")
                                .field("config_id", &InvalidConfig::config_id)
                                .field("config_name", &InvalidConfig::config_name)
                                .field("error_count", &InvalidConfig::error_count)
                                .field("invalid_node_count", &InvalidConfig::invalid_node_count)
                                .field("errors", &InvalidConfig::errors);
  return shape;
}

const Shape<SystemTopology>& Describe<SystemTopology>::shape() {
  static const auto shape = Shape<SystemTopology>("SystemTopology")
                                .field("valid", &SystemTopology::valid)
                                .field("invalid_config_count", &SystemTopology::invalid_config_count)
                                .field("invalid_node_count", &SystemTopology::invalid_node_count)
                                .field("invalid_configs", &SystemTopology::invalid_configs);
  return shape;
}

const Shape<SystemServices>& Describe<SystemServices>::shape() {
  static const auto shape =
      Shape<SystemServices>("SystemServices")
          .field("database", &SystemServices::database, literal({"ok"}))
          .field("mqtt", &SystemServices::mqtt, literal({"disabled", "connecting", "connected", "error"}))
          .field("wireguard", &SystemServices::wireguard, literal({"deferred"}));
  return shape;
}

const Shape<UpdateInfo>& Describe<UpdateInfo>::shape() {
  static const auto shape = Shape<UpdateInfo>("UpdateInfo")
                                .field("has_update", &UpdateInfo::has_update)
                                .field("current_version", &UpdateInfo::current_version)
                                .field("latest_version", &UpdateInfo::latest_version)
                                .field("is_prerelease", &UpdateInfo::is_prerelease)
                                .field("release_url", &UpdateInfo::release_url)
                                .field("name", &UpdateInfo::name)
                                .field("published_at", &UpdateInfo::published_at);
  return shape;
}

const Shape<SystemStatus>& Describe<SystemStatus>::shape() {
  static const auto shape = Shape<SystemStatus>("SystemStatus")
                                .field("summary", &SystemStatus::summary)
                                .field("sync", &SystemStatus::sync)
                                .field("topology", &SystemStatus::topology)
                                .field("services", &SystemStatus::services)
                                .field("update", &SystemStatus::update)
                                .field("timestamp", &SystemStatus::timestamp);
  return shape;
}

}  // namespace loomgate::json
