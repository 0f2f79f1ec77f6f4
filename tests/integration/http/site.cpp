// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/http/site.h"

#include <stdexcept>

#include "daemon/base/error_codes.h"

namespace loomgate {

template <>
struct json::Describe<http::Echo> {
  static const json::Shape<http::Echo>& shape() {
    static const auto made = json::Shape<http::Echo>("Echo")
                                 .field("text", &http::Echo::text, json::required_text(1, 100))
                                 .field("times", &http::Echo::times, json::integer(1, 9));
    return made;
  }
};

namespace http {

namespace {

constexpr std::chrono::seconds kPatience{60};

Principal authenticate(const Context& context) {
  const auto token = context.request().bearer();
  if (!token) throw Error(errors::kAuthRequired, "Please sign in");
  if (*token != "good") throw Error(errors::kInvalidToken, "Please sign in again");
  return {.subject = "admin", .kind = "session", .credential_id = {}, .permissions = {"*"}, .expires_at = {}};
}

std::optional<Error> translate(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::out_of_range&) {
    return Error(errors::kServiceUnavailable, "The database is not reachable");
  } catch (...) {
    return std::nullopt;
  }
}

std::optional<Response> console(const Request& request) {
  if (request.path == "/missing.txt") return std::nullopt;
  return text_response(200, "<html>console</html>", "text/html; charset=utf-8");
}

Route route(std::string method, std::string path, Access access, Handler handler) {
  return {.method = std::move(method), .path = std::move(path), .access = access, .handler = std::move(handler)};
}

}  // namespace

void Gate::open() {
  {
    std::lock_guard lock(mutex_);
    open_ = true;
  }
  changed_.notify_all();
}

void Gate::wait() {
  std::unique_lock lock(mutex_);
  ++arrived_;
  changed_.notify_all();
  changed_.wait_for(lock, kPatience, [this] { return open_; });
}

void Gate::wait_for_arrivals(int count) {
  if (!reached(count, kPatience)) throw std::runtime_error("no handler came to the gate");
}

bool Gate::reached(int count, std::chrono::milliseconds deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, deadline, [&] { return arrived_ >= count; });
}

Site::Site(ServerSettings settings, ApplicationSettings application_settings)
    : application(routes(), application_settings,
                  {.authenticate = authenticate, .translate = translate, .fallback = console}),
      server(application, std::move(settings)) {}

Site::~Site() {
  gate.open();
}

std::shared_ptr<Stream> Site::stream() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kPatience, [this] { return stream_ != nullptr; }))
    throw std::runtime_error("no stream was opened");
  return std::exchange(stream_, nullptr);
}

std::vector<Route> Site::routes() {
  std::vector<Route> all;
  all.push_back(route("GET", "/api/v1/hello", Access::kPublic, [](const Context&) { return ok(json::Json("hello")); }));
  all.push_back(
      route("POST", "/api/v1/echo", Access::kPublic, [](const Context& context) { return ok(context.body<Echo>()); }));
  all.push_back(
      route("GET", "/api/v1/echo", Access::kPublic, [](const Context& context) { return ok(context.query<Echo>()); }));
  all.push_back(route("POST", "/api/v1/configs/{config_id}", Access::kAdmin, [](const Context& context) -> Response {
    context.body<Echo>();
    throw Error(errors::kConfigNotFound, "Config not found",
                json::Json::object({{"config_id", context.path("config_id")}}));
  }));
  all.push_back(route("DELETE", "/api/v1/audit", Access::kPublic,
                      [](const Context& context) { return ok(context.body<Echo>()); }));
  all.push_back(route("GET", "/api/v1/broken", Access::kPublic,
                      [](const Context&) -> Response { throw std::runtime_error("SELECT secret FROM t"); }));
  all.push_back(route("GET", "/api/v1/odd", Access::kPublic, [](const Context&) -> Response { throw 42; }));
  all.push_back(route("GET", "/api/v1/database", Access::kPublic,
                      [](const Context&) -> Response { throw std::out_of_range("gone"); }));
  all.push_back(route("GET", "/api/v1/large", Access::kPublic,
                      [](const Context&) { return ok(json::Json(std::string(300000, 'x'))); }));
  all.push_back(route("GET", "/api/v1/slow", Access::kPublic, [this](const Context&) {
    gate.wait();
    return ok(json::Json("slow"));
  }));
  all.push_back(route("GET", "/api/v1/stream", Access::kPublic, [this](const Context&) {
    auto stream = std::make_shared<Stream>(StreamLimits{.max_pieces = 4});
    {
      std::lock_guard lock(mutex_);
      stream_ = stream;
    }
    changed_.notify_all();
    return stream_response(std::move(stream), "text/event-stream; charset=utf-8");
  }));
  return all;
}

}  // namespace http
}  // namespace loomgate
