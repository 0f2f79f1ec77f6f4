// SPDX-License-Identifier: Apache-2.0
// Is the mesh of a config usable, in sentences (spec http-api 4.4 MeshValidation, domain 4.10). Two statements.
#pragma once

#include <string>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/domain/topology.h"
#include "daemon/json/shape.h"
#include "sql/pg/connection.h"

namespace loomgate::projections {

struct MeshValidation {
  bool valid = true;
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
  std::vector<std::string> messages;
};

// Spec http-api 4.4 TopologySummary.
struct TopologySummary {
  bool valid = true;
  int error_count = 0;
  int invalid_node_count = 0;
  std::vector<std::string> invalid_node_ids;  // sorted
  std::vector<std::string> errors;
};

domain::TopologyReport topology_report(pg::Connection& connection, const domain::Config& config);
MeshValidation view_validation(const domain::TopologyReport& report);
TopologySummary view_summary(const domain::TopologyReport& report);

}  // namespace loomgate::projections

namespace loomgate::json {

template <>
struct Describe<projections::MeshValidation> {
  static const Shape<projections::MeshValidation>& shape();
};
template <>
struct Describe<projections::TopologySummary> {
  static const Shape<projections::TopologySummary>& shape();
};

}  // namespace loomgate::json
