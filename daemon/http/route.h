// SPDX-License-Identifier: Apache-2.0
// Routes are data: the router, the 404 and 405 answers, the OpenAPI document and permission tests read one table.
//
//   std::vector<http::Route> config_routes(ConfigService& configs) {
//     return {{.method = "GET", .path = "/api/v1/configs/{config_id}", .summary = "Read a config",
//              .response = json::shape<ConfigView>(), .errors = {errors::kConfigNotFound},
//              .handler = [&configs](const http::Context& context) {
//                return http::ok(configs.get(context.path("config_id")));
//              }}};
//   }
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/error.h"
#include "daemon/http/response.h"

namespace loomgate::http {

// Spec http-api 2.1. kToken and kAdminOrToken read the query's download_token: one that is bound to the config_id and node_id
// of the path, or to the route's `file`.
enum class Access { kPublic, kAdmin, kToken, kAdminOrToken, kInternal, kMcp };

// The generated files whose download tokens open a kAdminOrToken route.
struct FileToken {
  std::string kind;          // client_artifact, config_bulk_package, snapshot_export
  std::string id_parameter;  // the path parameter that names the file
};

using Handler = std::function<Response(const Context&)>;

inline constexpr std::size_t kDefaultBodyLimit = std::size_t{1} << 20;

struct Route {
  std::string method;  // upper case. GET also answers HEAD
  std::string path;    // "/api/v1/configs/{config_id}"; one {name} is one whole segment
  Access access = Access::kAdmin;
  std::string summary = {};                    // one short sentence
  std::optional<FileToken> file = {};          // kAdminOrToken only
  std::optional<json::Rule> request = {};      // body
  std::optional<json::Rule> query = {};        // a shape whose members are the query's keys
  std::optional<json::Rule> response = {};     // of `data`; nullopt: not JSON, or nothing to say
  bool enveloped = true;                       // false: `response` is the whole body
  std::string content_type = {};               // of an answer without `response`; empty: text/plain
  std::vector<ErrorCode> errors = {};          // beyond those of its access class: see all_errors()
  std::size_t body_limit = kDefaultBodyLimit;  // bytes; more is 413 PAYLOAD_TOO_LARGE
  Handler handler = {};
};

// Every error that a client of this route can see: its own, those of its access class (spec 3.3), and those of the server.
std::vector<ErrorCode> all_errors(const Route& route);

}  // namespace loomgate::http
