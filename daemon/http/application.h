// SPDX-License-Identifier: Apache-2.0
// From a request to its answer, without any socket: source guard, CORS, routing, authentication, handler, error
// boundary, the headers that every answer carries. Thread safe: immutable once made.
//
// Order (spec http-api 2): guard, preflight, 404/405, body size, authentication, then the handler with its body
// validation and look-ups.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/http/client_address.h"
#include "daemon/http/router.h"
#include "daemon/http/source_guard.h"

namespace loomgate::http {

struct ApplicationSettings {
  SourceSettings source = {};
  std::vector<std::string> trusted_proxies = {};  // addresses or networks whose X-Forwarded-* count
};

struct Hooks {
  // Called for every route whose access is not kPublic; context.route().access says which class. Throws Error to
  // refuse; nullopt refuses with the bare 401 of spec 7.3.
  std::function<std::optional<Principal>(const Context&)> authenticate = {};
  // Turns exceptions of other rooms (a lost database) into an Error; nullopt: an internal fault.
  std::function<std::optional<Error>(std::exception_ptr)> translate = {};
  // Console files (spec 1.9): asked for GET and HEAD of paths without a route, never for api/, docs, redoc.
  std::function<std::optional<Response>(const Request&)> fallback = {};
};

class Application {
 public:
  // std::invalid_argument with a sentence for a setting that makes no sense; std::logic_error for a broken route table.
  Application(std::vector<Route> routes, const ApplicationSettings& settings, Hooks hooks);

  // The bare request of a connection's thread: everything as sent.
  struct Arrival {
    std::string method;
    std::string raw_target;
    std::string peer;  // numeric address of the TCP peer
    Pairs headers;     // names in lower case
  };
  // What the request line and headers already decide. Never throws, does no I/O.
  struct Admission {
    Request request;
    Router::Found found;
    std::size_t body_limit = kDefaultBodyLimit;
    std::optional<Response> answer;  // final: no handler is needed
    bool refuses_body = false;       // `answer` goes out before any body is read, and the connection ends
  };
  Admission admit(Arrival arrival) const;

  // Runs in a worker. Never throws.
  Response handle(const Request& request, const Router::Found& found) const;
  // For answers that the server itself has to give (413, 503).
  Response refuse(const Request& request, const ErrorCode& code, const std::string& message) const;

  const Router& router() const { return router_; }

 private:
  std::optional<Response> decide(const Request& request, const Router::Found& found) const;
  Response run(const Request& request, const Router::Found& found) const;
  Response boundary(const Request& request, std::exception_ptr thrown) const;
  void finish(const Request& request, Response& response) const;
  static void stamp(const Request& request, Response& response);
  std::string base_url(const Request& request, std::string_view peer) const;

  Router router_;
  SourceGuard guard_;
  TrustedProxies proxies_;
  std::string public_origin_;
  Hooks hooks_;
};

}  // namespace loomgate::http
