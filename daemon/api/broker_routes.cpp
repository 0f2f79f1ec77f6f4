// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/broker_routes.h"

#include "daemon/api/broker_shapes.h"

namespace loomgate::api {

std::vector<http::Route> broker_routes(brokers::AccessKeeper& access) {
  return {{.method = "POST",
           .path = "/api/internal/emqx/authz",
           .access = http::Access::kInternal,
           .summary = "May this client publish or subscribe here?",
           .request = json::shape<AuthorizationBody>(),
           .response = json::shape<AuthorizationAnswer>(),
           .enveloped = false,
           .handler = [&access](const http::Context& context) {
             const auto body = context.body<AuthorizationBody>();
             const auto action = body.action == "publish" ? access::Action::kPublish : access::Action::kSubscribe;
             const bool allowed = access.allows({body.username, body.clientid, body.topic, action});
             return http::json_response(200, json::write(AuthorizationAnswer{allowed ? "allow" : "deny"}));
           }}};
}

}  // namespace loomgate::api
