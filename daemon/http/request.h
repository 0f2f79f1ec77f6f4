// SPDX-License-Identifier: Apache-2.0
// What a handler sees of a request. Everything here is already decoded and checked: paths and queries are valid UTF-8
// without NUL, header names are lower case.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/base/time.h"
#include "daemon/base/validation.h"
#include "daemon/json/shape.h"

namespace loomgate::http {

struct Route;
using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string id;      // request id: 32 hex digits, or the caller's own X-Request-Id when that is well formed
  std::string method;  // upper case as sent
  std::string path;    // decoded; for logs and for routing of files. Routes match segment by segment on the raw target
  std::vector<std::string> segments;  // each decoded on its own: "%2F" inside a segment never splits it
  Pairs query;                        // decoded, in order; a key without "=" has an empty value
  Pairs headers;                      // in order; equal names are not merged
  std::string body;
  std::string remote_address;  // the client: the TCP peer, or what a trusted proxy says it is
  std::string base_url;        // "https://mesh.example:8443", no trailing slash: the public origin, else from Host

  // First header of that lower-case name.
  std::optional<std::string_view> header(std::string_view name) const;
  // Last query value of that name (spec: duplicates, last wins).
  std::optional<std::string_view> query_value(std::string_view name) const;
  // The token of `Authorization: Bearer <token>` (scheme case-insensitive); nullopt without one.
  std::optional<std::string_view> bearer() const;
};

// Who the authenticator found. Made by the injected authenticator, read by handlers and audit.
struct Principal {
  std::string subject;        // "admin"; empty: nobody
  std::string kind;           // "session", "internal", "mcp", ...
  std::string credential_id;  // the token's id where it has one, never the token
  std::vector<std::string> permissions;
  std::optional<Timestamp> expires_at;  // long-lived streams end then
};

// One request on its way through a route. Valid while the handler runs; one thread.
class Context {
 public:
  Context(const Request& request, const Route& route, Pairs path_params)
      : request_(request), route_(route), path_params_(std::move(path_params)) {}

  const Request& request() const { return request_; }
  const Route& route() const { return route_; }
  const std::string& request_id() const { return request_.id; }
  const std::string& remote_address() const { return request_.remote_address; }
  const std::string& base_url() const { return request_.base_url; }

  // The decoded value of {name} in the route's path; std::logic_error when the route has no such name.
  const std::string& path(std::string_view name) const;

  const Principal& principal() const { return principal_; }
  void set_principal(Principal principal) { principal_ = std::move(principal); }

  // The described body or query; throws Error VALIDATION_ERROR with every problem (spec http-api 3.1).
  template <typename T>
  T body() const {
    json::Problems problems;
    const auto document = parsed_body(problems);
    std::optional<T> value;
    if (problems.empty())
      value = json::read<T>(view_of(document), json::Source::kBody, {std::string("body")}, problems);
    if (!value) throw validation_error(problems);
    return std::move(*value);
  }
  template <typename T>
  T query() const {
    json::Problems problems;
    const json::Json document = query_object();
    auto value = json::read<T>(document.view(), json::Source::kText, {std::string("query")}, problems);
    if (!value) throw validation_error(problems);
    return std::move(*value);
  }
  // The body as any JSON; nullopt when it is empty. Malformed JSON throws VALIDATION_ERROR (json_invalid).
  std::optional<json::Json> raw_body() const;

 private:
  static std::optional<json::View> view_of(const std::optional<json::Json>& document) {
    if (!document) return std::nullopt;
    return document->view();
  }
  std::optional<json::Json> parsed_body(json::Problems& problems) const;
  json::Json query_object() const;

  const Request& request_;
  const Route& route_;
  Pairs path_params_;
  Principal principal_;
};

}  // namespace loomgate::http
