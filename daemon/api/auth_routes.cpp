// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/auth_routes.h"

#include "daemon/api/actor.h"
#include "daemon/api/auth_shapes.h"
#include "daemon/base/error_codes.h"

namespace loomgate::api {
namespace {

using http::Access;
using http::Context;
using http::Response;
using services::AuthService;

Response session(services::TokenSession made) {
  return http::ok(TokenSessionView{std::move(made.state), std::move(made.access_token)});
}

Response set_up(AuthService& auth, const Context& context) {
  auto body = context.body<SetupBody>();
  if (body.locale.empty()) body.locale = SetupBody().locale;
  if (body.bootstrap_code.empty())
    body.bootstrap_code = context.request().header("x-loomgate-bootstrap-code").value_or("");
  return session(auth.setup(body.password, body.locale, body.bootstrap_code, caller_of(context)));
}

Response log_in(AuthService& auth, const Context& context) {
  const auto body = context.body<LoginBody>();
  return session(auth.login(body.username, body.password, caller_of(context)));
}

Response change_password(AuthService& auth, const Context& context) {
  const auto body = context.body<PasswordBody>();
  return session(auth.change_password(body.current_password, body.new_password, caller_of(context)));
}

http::Route password_route(AuthService& auth, const char* path) {
  return {.method = "POST",
          .path = path,
          .summary = "Change the password; every earlier session ends",
          .request = json::shape<PasswordBody>(),
          .response = json::shape<TokenSessionView>(),
          .errors = {errors::kAuthFailed, errors::kPasswordUnchanged, errors::kRateLimited},
          .handler = [&auth](const Context& context) { return change_password(auth, context); }};
}

http::Route state_route(AuthService& auth, const char* path) {
  return {.method = "GET",
          .path = path,
          .access = Access::kPublic,
          .summary = "Is set-up over, and whose session is this",
          .response = json::shape<services::AuthState>(),
          .handler = [&auth](const Context& context) { return http::ok(auth.state(context.request().bearer())); }};
}

}  // namespace

std::vector<http::Route> auth_routes(AuthService& auth) {
  return {
      state_route(auth, "/api/v1/auth/state"),
      state_route(auth, "/api/v1/auth/session"),
      {.method = "POST",
       .path = "/api/v1/auth/setup",
       .access = Access::kPublic,
       .summary = "Set the administrator's first password",
       .request = json::shape<SetupBody>(),
       .response = json::shape<TokenSessionView>(),
       .errors = {errors::kAuthAlreadyInitialized, errors::kAuthFailed, errors::kRateLimited},
       .handler = [&auth](const Context& context) { return set_up(auth, context); }},
      {.method = "POST",
       .path = "/api/v1/auth/login",
       .access = Access::kPublic,
       .summary = "Log in",
       .request = json::shape<LoginBody>(),
       .response = json::shape<TokenSessionView>(),
       .errors = {errors::kAuthSetupRequired, errors::kAuthFailed, errors::kRateLimited},
       .handler = [&auth](const Context& context) { return log_in(auth, context); }},
      {.method = "POST",
       .path = "/api/v1/auth/logout",
       .access = Access::kPublic,
       .summary = "Log out; the server keeps no sessions, so the client forgets its token",
       .response = json::shape<Message>(),
       .handler = [](const Context&) { return http::ok(Message{"Logged out"}); }},
      password_route(auth, "/api/v1/auth/password"),
      password_route(auth, "/api/v1/settings/password"),
  };
}

std::vector<http::Route> development_routes(AuthService& auth) {
  return {{.method = "POST",
           .path = "/api/v0/dev/reset-bootstrap",
           .access = Access::kPublic,
           .summary = "Forget the administrator's account",
           .response = json::shape<AuthReset>(),
           .handler = [&auth](const Context&) {
             return http::ok(AuthReset{"Authentication was reset", auth.reset()});
           }}};
}

}  // namespace loomgate::api
