// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/endpoint_shapes.h"

namespace loomgate::json {

const Shape<api::ControlBody>& Describe<api::ControlBody>::shape() {
  static const auto shape =
      Shape<api::ControlBody>("EndpointControl")
          .field("action", &api::ControlBody::action, literal({"start", "stop", "push_config", "wg_show"}).required());
  return shape;
}

const Shape<services::ControlStarted>& Describe<services::ControlStarted>::shape() {
  using S = services::ControlStarted;
  static const auto shape =
      Shape<S>("EndpointControlResult").field("request_id", &S::request_id).field("message", &S::message);
  return shape;
}

}  // namespace loomgate::json
