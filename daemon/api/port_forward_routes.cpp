// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/port_forward_routes.h"

#include "daemon/api/actor.h"
#include "daemon/api/auth_shapes.h"
#include "daemon/base/error_codes.h"
#include "daemon/projections/forward_view.h"

namespace loomgate::api {
namespace {

using services::PortForwardService;
using services::PortForwardSwitch;
using services::PortForwardWrite;
using store::ForwardRow;

http::Route list_route(PortForwardService& forwards) {
  return {.method = "GET",
          .path = "/api/v1/tools/port-forwards/configs/{config_id}",
          .summary = "List the port forwards of a config, newest first",
          .response = json::list(json::shape<ForwardRow>()),
          .errors = {errors::kConfigNotFound},
          .handler = [&forwards](const http::Context& context) {
            return http::ok(forwards.list(context.path("config_id")));
          }};
}

http::Route create_route(PortForwardService& forwards) {
  return {.method = "POST",
          .path = "/api/v1/tools/port-forwards/configs/{config_id}",
          .summary = "Forward a port of one node to another node",
          .request = json::shape<PortForwardWrite>(),
          .response = json::shape<ForwardRow>(),
          .errors = {errors::kConfigNotFound, errors::kNodeNotFound, errors::kPortForwardNodeInvalid,
                     errors::kPortForwardVirtualIpRequired, errors::kPortForwardSameNode,
                     errors::kPortForwardIpv4Required, errors::kPortForwardToPortInUse},
          .handler = [&forwards](const http::Context& context) {
            const auto write = context.body<PortForwardWrite>();
            return http::ok(forwards.create(actor_of(context), context.path("config_id"), write));
          }};
}

http::Route enabled_route(PortForwardService& forwards) {
  return {.method = "PUT",
          .path = "/api/v1/tools/port-forwards/{rule_id}/enabled",
          .summary = "Switch a port forward on or off",
          .request = json::shape<PortForwardSwitch>(),
          .response = json::shape<ForwardRow>(),
          .errors = {errors::kPortForwardNotFound},
          .handler = [&forwards](const http::Context& context) {
            const auto wanted = context.body<PortForwardSwitch>();
            return http::ok(forwards.set_enabled(actor_of(context), context.path("rule_id"), wanted.enabled));
          }};
}

http::Route delete_route(PortForwardService& forwards) {
  return {.method = "DELETE",
          .path = "/api/v1/tools/port-forwards/{rule_id}",
          .summary = "Delete a port forward",
          .response = json::shape<Message>(),
          .errors = {errors::kPortForwardNotFound},
          .handler = [&forwards](const http::Context& context) {
            forwards.remove(actor_of(context), context.path("rule_id"));
            return http::ok(Message{"Port forward rule deleted"});
          }};
}

}  // namespace

std::vector<http::Route> port_forward_routes(PortForwardService& forwards) {
  return {list_route(forwards), create_route(forwards), enabled_route(forwards), delete_route(forwards)};
}

}  // namespace loomgate::api
