// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/endpoint_routes.h"

#include "daemon/api/actor.h"
#include "daemon/api/endpoint_shapes.h"
#include "daemon/base/error_codes.h"

namespace loomgate::api {

using http::Context;
using services::EndpointService;

std::vector<http::Route> endpoint_routes(EndpointService& endpoint) {
  return {
      {.method = "GET",
       .path = "/api/v1/configs/{config_id}/endpoint/runtime-snapshot",
       .summary = "How every node of a config is doing",
       .response = json::list(json::shape<projections::RuntimeSnapshotItem>()),
       .errors = {errors::kConfigNotFound},
       .handler =
           [&endpoint](const Context& context) {
             return http::ok(endpoint.runtime_snapshot(context.path("config_id")));
           }},
      {.method = "GET",
       .path = "/api/v1/configs/{config_id}/nodes/{node_id}/endpoint/status",
       .summary = "A node with its device, its tunnel and its config state",
       .response = json::shape<services::EndpointStatus>(),
       .errors = {errors::kConfigNotFound, errors::kNodeNotFound, errors::kNodeConfigMismatch, errors::kNodeDisabled,
                  errors::kRuntimeNotFound, errors::kNodeStateNotFound},
       .handler =
           [&endpoint](const Context& context) {
             return http::ok(endpoint.status(context.path("config_id"), context.path("node_id")));
           }},
      {.method = "GET",
       .path = "/api/v1/configs/{config_id}/nodes/{node_id}/endpoint/logs",
       .summary = "Commands to a device and what it reported, newest first",
       .response = json::list(json::shape<store::ControlLog>()),
       .errors = {errors::kConfigNotFound, errors::kNodeNotFound, errors::kNodeConfigMismatch, errors::kMqttDisabled},
       .handler =
           [&endpoint](const Context& context) {
             return http::ok(endpoint.logs(context.path("config_id"), context.path("node_id")));
           }},
      {.method = "POST",
       .path = "/api/v1/configs/{config_id}/endpoint/probe-batch",
       .summary = "Ask devices whether they are there",
       .request = json::shape<ProbeBody>(),
       .response = json::shape<services::ProbeBatch>(),
       .errors = {errors::kConfigNotFound, errors::kMqttDisabled},
       .handler =
           [&endpoint](const Context& context) {
             return http::ok(endpoint.probe(context.path("config_id"), context.body<ProbeBody>().node_ids));
           }},
      {.method = "POST",
       .path = "/api/v1/configs/{config_id}/nodes/{node_id}/endpoint/control",
       .summary = "Send a command to a device",
       .request = json::shape<ControlBody>(),
       .response = json::shape<services::ControlStarted>(),
       .errors = {errors::kConfigNotFound, errors::kNodeNotFound, errors::kNodeConfigMismatch, errors::kNodeDisabled,
                  errors::kMqttDisabled, errors::kInvalidAction, errors::kNoStagedConfig,
                  errors::kMqttControlUnavailable},
       .handler =
           [&endpoint](const Context& context) {
             const auto body = context.body<ControlBody>();
             return http::ok(
                 endpoint.control(context.path("config_id"), context.path("node_id"), body.action, actor_of(context)));
           }},
  };
}

}  // namespace loomgate::api
