// SPDX-License-Identifier: Apache-2.0
// The state of everything on one page (spec http-api 4.8, domain 10.7). A constant number of statements; sentences about a
// topology are made only for configs that have errors.
#pragma once

#include <string>
#include <vector>

#include "daemon/base/time_codec.h"
#include "daemon/json/shape.h"
#include "sql/pg/connection.h"

namespace loomgate::projections {

struct SystemSummary {
  int configs = 0;        // disabled ones too
  int nodes = 0;          // disabled ones too
  int dynamic_nodes = 0;  // enabled dynamic nodes of all configs
  int online_nodes = 0;   // of enabled configs
};

// An enabled auto-sync node of an enabled config whose staged text is not its desired one.
struct SyncIssue {
  std::string config_id, config_name;
  std::string node_id, node_name;
  std::string node_type;  // effective
  std::string status;     // SyncStatus.status
  bool topology_valid = true;
  std::vector<std::string> messages;
};

struct SyncIssues {
  int issue_count = 0;
  std::vector<SyncIssue> issues;
};

struct InvalidConfig {
  std::string config_id, config_name;
  int error_count = 0;
  int invalid_node_count = 0;
  std::vector<std::string> errors;
};

struct SystemTopology {
  bool valid = true;
  int invalid_config_count = 0;
  int invalid_node_count = 0;
  std::vector<InvalidConfig> invalid_configs;  // enabled configs only, newest first
};

struct SystemServices {
  std::string database = "ok";
  std::string mqtt;  // MqttService.status
  std::string wireguard = "deferred";
};

// Spec downloads 7. No feed is asked: there is never news.
struct UpdateInfo {
  bool has_update = false;
  std::string current_version;
  std::string latest_version;
  bool is_prerelease = false;
  std::string release_url, name, published_at;
};

struct SystemStatus {
  SystemSummary summary;
  SyncIssues sync;
  SystemTopology topology;
  SystemServices services;  // services.mqtt, update and timestamp are the caller's to fill
  UpdateInfo update;
  Timestamp timestamp{};
};

SystemStatus view_system(pg::Connection& connection, bool mqtt_enabled);

}  // namespace loomgate::projections

namespace loomgate::json {

template <>
struct Describe<projections::SystemSummary> {
  static const Shape<projections::SystemSummary>& shape();
};
template <>
struct Describe<projections::SyncIssue> {
  static const Shape<projections::SyncIssue>& shape();
};
template <>
struct Describe<projections::SyncIssues> {
  static const Shape<projections::SyncIssues>& shape();
};
template <>
struct Describe<projections::InvalidConfig> {
  static const Shape<projections::InvalidConfig>& shape();
};
template <>
struct Describe<projections::SystemTopology> {
  static const Shape<projections::SystemTopology>& shape();
};
template <>
struct Describe<projections::SystemServices> {
  static const Shape<projections::SystemServices>& shape();
};
template <>
struct Describe<projections::UpdateInfo> {
  static const Shape<projections::UpdateInfo>& shape();
};
template <>
struct Describe<projections::SystemStatus> {
  static const Shape<projections::SystemStatus>& shape();
};

}  // namespace loomgate::json
