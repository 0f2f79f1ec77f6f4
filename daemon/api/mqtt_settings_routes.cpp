// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/mqtt_settings_routes.h"

#include "daemon/api/actor.h"
#include "daemon/base/error_codes.h"

namespace loomgate::api {
namespace {

using http::Context;
using services::DeviceAddress;
using services::MqttReach;
using services::MqttSettingsService;
using services::MqttSettingsWrite;

// The switch is looked at before the body.
MqttSettingsWrite read_body(const MqttSettingsService& mqtt, const Context& context) {
  mqtt.require_mqtt();
  return context.body<MqttSettingsWrite>();
}

}  // namespace

std::vector<http::Route> mqtt_settings_routes(MqttSettingsService& mqtt) {
  return {{.method = "GET",
           .path = "/api/v1/settings/mqtt",
           .summary = "The broker address that devices dial",
           .response = json::shape<DeviceAddress>(),
           .errors = {errors::kMqttDisabled},
           .handler = [&mqtt](const Context&) { return http::ok(mqtt.get()); }},
          {.method = "PUT",
           .path = "/api/v1/settings/mqtt",
           .summary = "Choose the broker address that devices dial after their next bind",
           .request = json::shape<MqttSettingsWrite>(),
           .response = json::shape<DeviceAddress>(),
           .errors = {errors::kMqttDisabled},
           .handler = [&mqtt](const Context& context) {
             const auto write = read_body(mqtt, context);
             return http::ok(mqtt.put(actor_of(context), write));
           }},
          {.method = "POST",
           .path = "/api/v1/settings/mqtt/reset",
           .summary = "Return to the broker address of the environment",
           .response = json::shape<DeviceAddress>(),
           .errors = {errors::kMqttDisabled},
           .handler = [&mqtt](const Context& context) { return http::ok(mqtt.reset(actor_of(context))); }},
          {.method = "POST",
           .path = "/api/v1/settings/mqtt/test",
           .summary = "Try to connect to a broker address",
           .request = json::shape<MqttSettingsWrite>(),
           .response = json::shape<MqttReach>(),
           .errors = {errors::kMqttDisabled},
           .handler = [&mqtt](const Context& context) { return http::ok(mqtt.test(read_body(mqtt, context))); }}};
}

}  // namespace loomgate::api
