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

const Shape<agents::MqttServiceStatus>& Describe<agents::MqttServiceStatus>::shape() {
  using S = agents::MqttServiceStatus;
  static const auto shape = Shape<S>("MqttService")
                                .field("enabled", &S::enabled)
                                .field("connected", &S::connected)
                                .field("status", &S::status)
                                .field("last_error", &S::last_error)
                                .field("last_connected_at", &S::last_connected_at);
  return shape;
}

const Shape<services::EndpointStatus>& Describe<services::EndpointStatus>::shape() {
  using S = services::EndpointStatus;
  static const auto shape = Shape<S>("EndpointStatus")
                                .field("node", &S::node)
                                .field("runtime", &S::runtime)
                                .field("client_state", &S::client_state)
                                .field("mqtt_service", &S::mqtt_service)
                                .field("config_state", &S::config_state)
                                .field("last_control", &S::last_control);
  return shape;
}

}  // namespace loomgate::json
