// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/sync.h"

namespace loomgate::json {

using services::AppliedConfWrite;
using services::ConfigSynced;
using services::NodeSynced;

const Shape<NodeSynced>& Describe<NodeSynced>::shape() {
  static const auto shape = Shape<NodeSynced>("NodeSynced")
                                .field("message", &NodeSynced::message)
                                .field("staged_version", &NodeSynced::staged_version)
                                .field("staged_sha256", &NodeSynced::staged_sha256)
                                .field("sync_status", &NodeSynced::sync_status);
  return shape;
}

const Shape<ConfigSynced>& Describe<ConfigSynced>::shape() {
  static const auto shape = Shape<ConfigSynced>("ConfigSynced")
                                .field("message", &ConfigSynced::message)
                                .field("synced_count", &ConfigSynced::synced_count)
                                .field("failed_count", &ConfigSynced::failed_count)
                                .field("synced", &ConfigSynced::synced)
                                .field("failed", &ConfigSynced::failed);
  return shape;
}

const Shape<AppliedConfWrite>& Describe<AppliedConfWrite>::shape() {
  static const auto shape = Shape<AppliedConfWrite>("AppliedConfWrite")
                                .field("content", &AppliedConfWrite::content, text().required().secret());
  return shape;
}

}  // namespace loomgate::json
