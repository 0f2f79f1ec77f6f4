// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/endpoint_shapes.h"

namespace loomgate::json {

const Shape<api::ControlBody>& Describe<api::ControlBody>::shape() {
  static const auto shape =
      Shape<api::ControlBody>("EndpointControl")
          .field("action", &api::ControlBody::action, literal({"start", "stop", "push_config", "wg_show"}).required());
  return shape;
}

const Shape<api::ProbeBody>& Describe<api::ProbeBody>::shape() {
  static const auto shape = Shape<api::ProbeBody>("ProbeBody").field("node_ids", &api::ProbeBody::node_ids, text_list());
  return shape;
}

const Shape<store::AskedProbe>& Describe<store::AskedProbe>::shape() {
  static const auto shape = Shape<store::AskedProbe>("AskedProbe")
                                .field("node_id", &store::AskedProbe::node_id)
                                .field("request_id", &store::AskedProbe::request_id);
  return shape;
}

const Shape<services::SkippedProbe>& Describe<services::SkippedProbe>::shape() {
  static const auto shape = Shape<services::SkippedProbe>("SkippedProbe")
                                .field("node_id", &services::SkippedProbe::node_id)
                                .field("reason", &services::SkippedProbe::reason);
  return shape;
}

const Shape<services::ProbeBatch>& Describe<services::ProbeBatch>::shape() {
  static const auto shape = Shape<services::ProbeBatch>("ProbeBatch")
                                .field("dispatched", &services::ProbeBatch::dispatched)
                                .field("skipped", &services::ProbeBatch::skipped);
  return shape;
}

const Shape<services::ControlStarted>& Describe<services::ControlStarted>::shape() {
  using S = services::ControlStarted;
  static const auto shape =
      Shape<S>("EndpointControlResult").field("request_id", &S::request_id).field("message", &S::message);
  return shape;
}

}  // namespace loomgate::json
