// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/config_routes.h"

#include "daemon/api/actor.h"
#include "daemon/api/auth_shapes.h"
#include "daemon/api/awg_routes.h"
#include "daemon/base/error_codes.h"

namespace loomgate::api {
namespace {

using projections::ConfigMutation;
using projections::ConfigView;
using services::ConfigService;
using services::ConfigWrite;

std::vector<ErrorCode> with_write_errors(std::vector<ErrorCode> errors) {
  errors.insert(errors.end(), {errors::kInvalidConfigName, errors::kInvalidTunnelProtocol, errors::kConfigNameExists});
  const auto awg = awg_errors();
  errors.insert(errors.end(), awg.begin(), awg.end());
  return errors;
}

http::Route list_route(ConfigService& configs) {
  return {.method = "GET",
          .path = "/api/v1/configs",
          .summary = "List configs, newest first",
          .response = json::list(json::shape<ConfigView>()),
          .handler = [&configs](const http::Context&) { return http::ok(configs.list()); }};
}

http::Route create_route(ConfigService& configs) {
  return {.method = "POST",
          .path = "/api/v1/configs",
          .summary = "Create a config",
          .request = json::shape<ConfigWrite>(),
          .response = json::shape<ConfigView>(),
          .errors = with_write_errors({}),
          .handler = [&configs](const http::Context& context) {
            return http::ok(configs.create(actor_of(context), context.body<ConfigWrite>()));
          }};
}

http::Route get_route(ConfigService& configs) {
  return {.method = "GET",
          .path = "/api/v1/configs/{config_id}",
          .summary = "Read a config",
          .response = json::shape<ConfigView>(),
          .errors = {errors::kConfigNotFound},
          .handler = [&configs](const http::Context& context) { return http::ok(configs.get(context.path("config_id"))); }};
}

http::Route overview_route(ConfigService& configs) {
  return {.method = "GET",
          .path = "/api/v1/configs/{config_id}/overview",
          .summary = "A config with its nodes, their devices and how far their texts have come",
          .response = json::shape<projections::ConfigOverview>(),
          .errors = {errors::kConfigNotFound},
          .handler = [&configs](const http::Context& context) {
            return http::ok(configs.overview(context.path("config_id")));
          }};
}

http::Route update_route(ConfigService& configs) {
  return {.method = "PUT",
          .path = "/api/v1/configs/{config_id}",
          .summary = "Change a config",
          .request = json::shape<ConfigWrite>(),
          .response = json::shape<ConfigMutation>(),
          .errors = with_write_errors({errors::kConfigNotFound}),
          .body_limit = kDraftBodyLimit,
          .handler = [&configs](const http::Context& context) {
            const auto write = context.body<ConfigWrite>();
            return http::ok(configs.update(actor_of(context), context.path("config_id"), write));
          }};
}

http::Route delete_route(ConfigService& configs) {
  return {.method = "DELETE",
          .path = "/api/v1/configs/{config_id}",
          .summary = "Delete a config with everything in it",
          .response = json::shape<Message>(),
          .errors = {errors::kConfigNotFound},
          .handler = [&configs](const http::Context& context) {
            configs.remove(actor_of(context), context.path("config_id"));
            return http::ok(Message{"Config deleted"});
          }};
}

}  // namespace

std::vector<http::Route> config_routes(ConfigService& configs) {
  return {list_route(configs),     create_route(configs), get_route(configs),
          overview_route(configs), update_route(configs), delete_route(configs)};
}

}  // namespace loomgate::api
