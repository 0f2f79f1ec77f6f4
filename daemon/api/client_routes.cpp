// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/client_routes.h"

#include "daemon/api/actor.h"
#include "daemon/api/client_shapes.h"
#include "daemon/base/error_codes.h"

namespace loomgate::api {
namespace {

using http::Access;
using http::Context;
using services::BindService;
using services::EndpointService;

http::Response make_command(BindService& bind, const Context& context) {
  auto body = context.body<BindCommandBody>();
  if (body.server_url.empty()) body.server_url = context.base_url();
  return http::ok(
      bind.make_command(context.path("config_id"), context.path("node_id"), body.server_url, actor_of(context)));
}

http::Response reset(BindService& bind, EndpointService& endpoint, const Context& context) {
  const auto& config_id = context.path("config_id");
  const auto& node_id = context.path("node_id");
  bind.reset(config_id, node_id, actor_of(context));
  return http::ok(ResetAnswer{endpoint.client_state(config_id, node_id)});
}

http::Response redeem(BindService& bind, const Context& context) {
  const auto body = context.body<services::BindRequest>();
  return http::ok(answer_of(bind.bind(body, context.remote_address(), context.request_id())));
}

http::Route bind_route(BindService& bind, const char* path) {
  return {.method = "POST",
          .path = path,
          .access = Access::kPublic,
          .summary = "Turn a bind token into MQTT credentials",
          .request = json::shape<services::BindRequest>(),
          .response = json::shape<BindAnswer>(),
          .errors = {errors::kMqttDisabled, errors::kClientBindTokenInvalid, errors::kClientBindTokenUsed,
                     errors::kClientBindTokenExpired, errors::kClientBindNotAllowed, errors::kMqttTlsCaNotReady,
                     errors::kRateLimited},
          .handler = [&bind](const Context& context) { return redeem(bind, context); }};
}

}  // namespace

std::vector<http::Route> client_routes(BindService& bind, EndpointService& endpoint) {
  const std::vector<ErrorCode> node_errors = {errors::kConfigNotFound, errors::kNodeNotFound,
                                              errors::kNodeConfigMismatch, errors::kNodeDisabled,
                                              errors::kMqttDisabled};
  auto command_errors = node_errors;
  command_errors.push_back(errors::kClientBindStaticNode);
  return {
      bind_route(bind, "/api/client/v1/bind"),
      bind_route(bind, "/api/client/bind"),
      {.method = "POST",
       .path = "/api/v1/configs/{config_id}/nodes/{node_id}/bind-command",
       .summary = "Make a bind token and the command to type on the device",
       .request = json::shape<BindCommandBody>(),
       .response = json::shape<services::BindCommand>(),
       .errors = command_errors,
       .handler = [&bind](const Context& context) { return make_command(bind, context); }},
      {.method = "POST",
       .path = "/api/v1/configs/{config_id}/nodes/{node_id}/reset-client",
       .summary = "Take a device's credentials away and forget it",
       .response = json::shape<ResetAnswer>(),
       .errors = node_errors,
       .handler = [&bind, &endpoint](const Context& context) { return reset(bind, endpoint, context); }},
  };
}

}  // namespace loomgate::api
