// SPDX-License-Identifier: Apache-2.0
// A config as clients see it: the stored row with its header protection key opened, because the console edits it, and its
// computed counts (spec http-api 4.2, domain 10.1). The counts are always filled, in single reads and answers to writes too. A constant number of statements, however many configs there are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"
#include "daemon/projections/change_hint.h"
#include "sql/pg/connection.h"

namespace loomgate::projections {

struct ConfigCounts {
  int node_count = 0;
  int dynamic_node_count = 0;
  int online_node_count = 0;
  int offline_node_count = 0;
  int disabled_node_count = 0;
  bool topology_invalid = false;
  int topology_error_count = 0;
};

struct ConfigView {
  domain::Config config;
  ConfigCounts counts;
};

struct Adjustment {
  std::string field;
  std::string reason;
};

struct ConfigMutation {
  ConfigView config;
  std::vector<Adjustment> adjustments;
  std::vector<ChangeHint> change_hints;
  std::vector<std::string> affected_node_ids;  // sorted
};

// Counts only: a header protection key stays sealed, for readers that never show it.
std::vector<ConfigView> count_configs(pg::Connection& connection, std::vector<domain::Config> configs,
                                      bool mqtt_enabled);
std::vector<ConfigView> view_configs(pg::Connection& connection, const crypto::Sealer& sealer,
                                     std::vector<domain::Config> configs, bool mqtt_enabled);
ConfigView view_config(pg::Connection& connection, const crypto::Sealer& sealer, domain::Config config,
                       bool mqtt_enabled);

}  // namespace loomgate::projections

namespace loomgate::json {

template <>
struct Describe<domain::AwgShared> {
  static const Shape<domain::AwgShared>& shape();
};
template <>
struct Describe<domain::Config> {
  static const Shape<domain::Config>& shape();
};
template <>
struct Describe<projections::ConfigCounts> {
  static const Shape<projections::ConfigCounts>& shape();
};
template <>
struct Describe<projections::ConfigView> {
  static const Shape<projections::ConfigView>& shape();
};
template <>
struct Describe<projections::Adjustment> {
  static const Shape<projections::Adjustment>& shape();
};
template <>
struct Describe<projections::ConfigMutation> {
  static const Shape<projections::ConfigMutation>& shape();
};

}  // namespace loomgate::json
