// SPDX-License-Identifier: Apache-2.0
// What a client asks of quick mesh and what it is told (spec http-api 6.5, domain 5).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/json/shape.h"

namespace loomgate::services {

struct QuickMeshWrite {
  std::string mode;
  std::string endpoint_ref_family = "ipv4";
  std::optional<std::string> hub_node_id;
  std::vector<std::string> gateway_node_ids;
  // Leaf id to gateway id. Kept as sent, because the order of the leaves is the order of the links.
  json::Json leaf_assignments = json::Json::object();
  bool use_preshared_key = false;
};

struct QuickMeshResult {
  std::string mode;
  std::string endpoint_ref_family;
  bool use_preshared_key = false;
  int generated_groups = 0;
  int deleted_links = 0;                       // directions: two per group
  std::vector<std::string> affected_node_ids;  // creation order
  std::string message = "Mesh links regenerated";
};

}  // namespace loomgate::services

namespace loomgate::json {

template <>
struct Describe<services::QuickMeshWrite> {
  static const Shape<services::QuickMeshWrite>& shape();
};
template <>
struct Describe<services::QuickMeshResult> {
  static const Shape<services::QuickMeshResult>& shape();
};

}  // namespace loomgate::json
