// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/application.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "daemon/base/error_codes.h"
#include "daemon/base/ids.h"
#include "daemon/base/log.h"
#include "daemon/http/compression.h"
#include "daemon/http/messages.h"
#include "daemon/http/url.h"

namespace loomgate::http {

namespace {

constexpr std::size_t kLeastRequestId = 8;
constexpr std::size_t kMostRequestId = 64;

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

// A caller's own id is kept when it can do no harm in logs and headers.
std::string request_id(const Request& request) {
  const auto given = request.header("x-request-id");
  const bool is_good = given && given->size() >= kLeastRequestId && given->size() <= kMostRequestId &&
                       std::ranges::all_of(*given, is_word);
  return is_good ? std::string(*given) : new_request_id();
}

std::size_t count_headers(const Request& request, std::string_view name) {
  return static_cast<std::size_t>(
      std::ranges::count(request.headers, name, [](const auto& header) -> const std::string& { return header.first; }));
}

// Two readers that disagree about where a request ends are how requests are smuggled through proxies.
bool is_ambiguous(const Request& request) {
  const std::size_t lengths = count_headers(request, "content-length");
  const std::size_t codings = count_headers(request, "transfer-encoding");
  return lengths + codings > 1 || count_headers(request, "host") > 1;
}

// A proxy may add a header of its own instead of extending the client's: together they are one list.
std::optional<std::string> forwarded_for(const Request& request) {
  std::optional<std::string> joined;
  for (const auto& [name, value] : request.headers) {
    if (name == "x-forwarded-for") joined = joined ? *joined + "," + value : value;
  }
  return joined;
}

std::uint64_t declared_length(const Request& request) {
  const std::string_view text = request.header("content-length").value_or("");
  std::uint64_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  return length;
}

bool may_fall_back(const Request& request) {
  if (request.method != "GET" && request.method != "HEAD") return false;
  const std::string_view path = request.path;
  return !path.starts_with("/api/") && !path.starts_with("/docs") && !path.starts_with("/redoc");
}

bool has_header(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers, [&](const auto& header) { return header.first == name; });
}

std::string what(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& fault) {
    return fault.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

}  // namespace

Application::Application(std::vector<Route> routes, const ApplicationSettings& settings, Hooks hooks)
    : router_(std::move(routes)),
      guard_(settings.source),
      proxies_(settings.trusted_proxies),
      public_origin_(settings.source.public_origin),
      hooks_(std::move(hooks)) {
  while (public_origin_.ends_with('/')) public_origin_.pop_back();
}

Application::Admission Application::admit(Arrival arrival) const {
  Admission admission;
  Request& request = admission.request;
  request.method = std::move(arrival.method);
  request.headers = std::move(arrival.headers);
  request.id = request_id(request);
  request.remote_address = proxies_.client(arrival.peer, forwarded_for(request));
  request.base_url = base_url(request, arrival.peer);
  auto target = parse_target(arrival.raw_target);
  if (!target || is_ambiguous(request)) {
    admission.answer = refuse(request, errors::kBadRequest, "The request cannot be understood");
    admission.refuses_body = true;
    return admission;
  }
  request.path = std::move(target->path);
  request.segments = std::move(target->segments);
  request.query = std::move(target->query);
  admission.found = router_.find(request.method, request.segments);
  if (admission.found.route != nullptr) admission.body_limit = admission.found.route->body_limit;
  admission.refuses_body = declared_length(request) > admission.body_limit;
  if (const auto refused = guard_.check(request.path, request.header("host"), request.header("origin"))) {
    admission.answer = failure(*refused);
    stamp(request, *admission.answer);  // without CORS headers: the guard comes first
    return admission;
  }
  admission.answer = decide(request, admission.found);
  if (admission.answer) {
    finish(request, *admission.answer);
  } else if (admission.refuses_body) {
    admission.answer = refuse(request, errors::kPayloadTooLarge, "The request body is too large");
  }
  return admission;
}

std::optional<Response> Application::decide(const Request& request, const Router::Found& found) const {
  if (auto preflight = guard_.preflight(request)) return preflight;
  if (found.route != nullptr) return std::nullopt;
  if (found.allowed.empty())
    return hooks_.fallback && may_fall_back(request) ? std::nullopt : std::optional(not_found());
  if (request.method != "OPTIONS") return method_not_allowed(found.allowed);
  Response options = text_response(200, "");
  options.headers.emplace_back("Allow", found.allowed);
  return options;
}

Response Application::handle(const Request& request, const Router::Found& found) const {
  Response response;
  try {
    response = run(request, found);
    compress_if_accepted(request, response);
  } catch (...) {
    response = boundary(request, std::current_exception());
  }
  finish(request, response);
  return response;
}

Response Application::refuse(const Request& request, const ErrorCode& code, const std::string& message) const {
  Response response = failure(Error(code, message));
  finish(request, response);
  return response;
}

Response Application::run(const Request& request, const Router::Found& found) const {
  if (found.route == nullptr) return hooks_.fallback(request).value_or(not_found());
  Context context(request, *found.route, found.params);
  if (found.route->access != Access::kPublic) {
    auto principal = hooks_.authenticate(context);
    if (!principal) return unauthorized();
    context.set_principal(std::move(*principal));
  }
  return found.route->handler(context);
}

// Nothing of PostgreSQL or C++ gets past this point: the client learns a code, the log learns the rest.
Response Application::boundary(const Request& request, std::exception_ptr thrown) const {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    return failure(error);
  } catch (...) {
    if (hooks_.translate) {
      if (const auto translated = hooks_.translate(thrown)) return failure(*translated);
    }
  }
  log(messages::kFault, request.id, request.method, request.path, what(thrown));
  return failure(Error(errors::kInternalError, "Internal error", json::Json::object({{"request_id", request.id}})));
}

void Application::finish(const Request& request, Response& response) const {
  stamp(request, response);
  guard_.add_cors_headers(request, response);
}

void Application::stamp(const Request& request, Response& response) {
  constexpr std::array<std::pair<const char*, const char*>, 4> kAlways{{{"X-Content-Type-Options", "nosniff"},
                                                                        {"X-Frame-Options", "DENY"},
                                                                        {"Referrer-Policy", "no-referrer"},
                                                                        {"Cache-Control", "no-store"}}};
  for (const auto& [name, value] : kAlways) {
    if (!has_header(response, name)) response.headers.emplace_back(name, value);
  }
  response.headers.emplace_back("X-Request-Id", request.id);
}

std::string Application::base_url(const Request& request, std::string_view peer) const {
  if (!public_origin_.empty()) return public_origin_;
  const std::string_view host = request.header("host").value_or("localhost");
  const bool is_clean =
      std::ranges::all_of(host, [](char c) { return is_word(c) || c == ':' || c == '[' || c == ']'; });
  const bool is_tls = proxies_.trusts(peer) && request.header("x-forwarded-proto") == "https";
  return (is_tls ? "https://" : "http://") + std::string(is_clean ? host : "localhost");
}

}  // namespace loomgate::http
