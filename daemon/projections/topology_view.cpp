// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/topology_view.h"

#include "daemon/store/topology.h"

namespace loomgate::projections {
domain::TopologyReport topology_report(pg::Connection& connection, const domain::Config& config) {
  const auto topologies = store::load_topologies(connection, {config.id});
  const auto found = topologies.find(config.id);
  return found == topologies.end() ? domain::TopologyReport{} : domain::validate_topology(found->second);
}

TopologySummary view_summary(const domain::TopologyReport& report) {
  return {report.valid(), static_cast<int>(report.errors.size()), static_cast<int>(report.invalid_node_ids.size()),
          report.invalid_node_ids, report.errors};
}

MeshValidation view_validation(const domain::TopologyReport& report) {
  return {report.valid(), report.errors, report.warnings, report.messages()};
}

}  // namespace loomgate::projections

namespace loomgate::json {

using projections::MeshValidation;
using projections::TopologySummary;

const Shape<MeshValidation>& Describe<MeshValidation>::shape() {
  static const auto shape = Shape<MeshValidation>("MeshValidation")
                                .field("valid", &MeshValidation::valid)
                                .field("errors", &MeshValidation::errors)
                                .field("warnings", &MeshValidation::warnings)
                                .field("messages", &MeshValidation::messages);
  return shape;
}

const Shape<TopologySummary>& Describe<TopologySummary>::shape() {
  static const auto shape = Shape<TopologySummary>("TopologySummary")
                                .field("valid", &TopologySummary::valid)
                                .field("error_count", &TopologySummary::error_count)
                                .field("invalid_node_count", &TopologySummary::invalid_node_count)
                                .field("invalid_node_ids", &TopologySummary::invalid_node_ids)
                                .field("errors", &TopologySummary::errors);
  return shape;
}

}  // namespace loomgate::json
