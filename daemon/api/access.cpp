// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/access.h"

#include <stdexcept>

#include "daemon/http/route.h"
#include "plugin/base/digest.h"

namespace loomgate::api {
namespace {

using http::Access;
using http::Context;
using http::Principal;

Principal of_session(const services::SessionPrincipal& session) {
  return {session.subject, "session", session.token_id, {"*"}, session.expires_at};
}

services::DownloadScope scope_of(const Context& context) {
  const auto& route = context.route();
  if (route.access == Access::kToken) {
    return services::node_config_scope(context.path("config_id"), context.path("node_id"));
  }
  if (!route.file) throw std::logic_error("route " + route.path + " does not say which file a token must name");
  return services::file_scope(route.file->kind, context.path(route.file->id_parameter));
}

Principal of_token(services::DownloadTokenService& downloads, const Context& context) {
  const auto scope = scope_of(context);
  const auto holder = downloads.check(context.request().query_value("download_token"), scope);
  return {holder.subject, "download", holder.token_id, {scope.permission}, holder.expires_at};
}

// Hashes are compared, so that the time tells nothing of the key's length either.
std::optional<Principal> of_internal_key(const std::string& key, const Context& context) {
  const auto given = sha256(context.request().header("x-wfm-internal-key").value_or(""));
  if (key.empty() || !equal_constant_time(given, sha256(key))) return std::nullopt;
  return Principal{.subject = "broker", .kind = "internal", .credential_id = {}, .permissions = {}, .expires_at = {}};
}

}  // namespace

std::optional<Principal> authenticate(services::AuthService& auth, services::DownloadTokenService& downloads,
                                      const std::string& internal_key, const Context& context) {
  switch (context.route().access) {
    case Access::kAdmin:
      return of_session(auth.authenticate(context.request().bearer()));
    case Access::kToken:
      return of_token(downloads, context);
    case Access::kAdminOrToken: {
      const auto session = auth.session(context.request().bearer());
      return session ? of_session(*session) : of_token(downloads, context);
    }
    case Access::kInternal:
      return of_internal_key(internal_key, context);
    default:
      throw std::logic_error("no route of this class exists yet");
  }
}

}  // namespace loomgate::api
