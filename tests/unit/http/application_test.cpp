// SPDX-License-Identifier: Apache-2.0
// The order of decisions and the pieces of an answer, without a socket.
#include "daemon/http/application.h"

#include <gtest/gtest.h>

#include "daemon/base/error_codes.h"
#include "daemon/http/compression.h"

namespace loomgate::http {
namespace {

Application::Arrival arrival(std::string method, std::string target, Pairs headers = {}) {
  return {std::move(method), std::move(target), "10.0.0.1", std::move(headers)};
}

std::vector<Route> two_routes() {
  std::vector<Route> routes;
  routes.push_back({.method = "POST",
                    .path = "/api/v1/upload",
                    .access = Access::kPublic,
                    .body_limit = 100,
                    .handler = [](const Context&) { return ok(json::Json(1)); }});
  routes.push_back({.method = "GET",
                    .path = "/api/v1/limited",
                    .access = Access::kAdmin,
                    .handler = [](const Context& context) -> Response {
                      throw Error(errors::kRateLimited, "Too many attempts by " + context.principal().subject,
                                  json::Json::object({{"retry_after", 7}}));
                    }});
  return routes;
}

Application guarded() {
  return Application(
      two_routes(), {.source = {.public_origin = "https://mesh.example"}, .trusted_proxies = {"10.0.0.0/8"}},
      {.authenticate = [](const Context&) {
        return Principal{.subject = "admin", .kind = {}, .credential_id = {}, .permissions = {}, .expires_at = {}};
      }});
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "absent";
}

const Pairs kOwnOrigin{{"host", "mesh.example"}, {"origin", "https://mesh.example"}};

TEST(Application, TheGuardComesBefore404AndCors) {
  const auto app = guarded();
  const auto rejected =
      app.admit(arrival("GET", "/nothing", {{"host", "evil"}, {"origin", "https://mesh.example"}})).answer;
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->status, 403);
  EXPECT_EQ(
      rejected->body,
      R"({"success":false,"error":{"code":"PUBLIC_HOST_REJECTED","message":"This host is not the public address of this server","detail":{}}})");
  EXPECT_EQ(header(*rejected, "Access-Control-Allow-Origin"), "absent");
  EXPECT_NE(header(*rejected, "X-Request-Id"), "absent");
  EXPECT_EQ(
      app.admit(
             arrival("OPTIONS", "/nothing",
                     {{"host", "evil"}, {"origin", "https://mesh.example"}, {"access-control-request-method", "GET"}}))
          .answer->status,
      403);
}

TEST(Application, AllowedOriginsGetCorsOnErrorsToo) {
  const auto missing = guarded().admit(arrival("GET", "/nothing", kOwnOrigin)).answer;
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->status, 404);
  EXPECT_EQ(header(*missing, "Access-Control-Allow-Origin"), "https://mesh.example");
}

TEST(Application, TheBodyLimitIsTheRoutes) {
  const auto app = guarded();
  const Pairs small{{"host", "mesh.example"}, {"content-length", "100"}};
  const Pairs large{{"host", "mesh.example"}, {"content-length", "101"}};
  EXPECT_FALSE(app.admit(arrival("POST", "/api/v1/upload", small)).answer);
  const auto refused = app.admit(arrival("POST", "/api/v1/upload", large));
  ASSERT_TRUE(refused.answer);
  EXPECT_EQ(refused.answer->status, 413);
  EXPECT_TRUE(refused.refuses_body);
}

TEST(Application, RateLimitsSayWhenToComeBack) {
  const auto app = guarded();
  const auto admitted = app.admit(arrival("GET", "/api/v1/limited", kOwnOrigin));
  const Response response = app.handle(admitted.request, admitted.found);
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(header(response, "Retry-After"), "7");
  EXPECT_NE(response.body.find("by admin"), std::string::npos);
}

TEST(Application, WhoIsNotRecognisedGetsTheBareRefusal) {
  std::vector<Route> routes{{.method = "POST",
                             .path = "/api/internal/question",
                             .access = Access::kInternal,
                             .handler = [](const Context&) { return ok(json::Json(1)); }}};
  const Application app(routes, {}, {.authenticate = [](const Context&) { return std::nullopt; }});
  const auto admitted = app.admit(arrival("POST", "/api/internal/question"));
  const Response response = app.handle(admitted.request, admitted.found);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.body, R"({"detail":"Unauthorized"})");
  EXPECT_NE(header(response, "X-Request-Id"), "absent");
}

TEST(Application, KnowsTheClientAndItsOwnAddress) {
  const auto request =
      guarded()
          .admit(
              arrival("GET", "/x",
                      {{"host", "mesh.example"}, {"x-forwarded-for", "1.1.1.1"}, {"x-forwarded-for", "198.51.100.7"}}))
          .request;
  EXPECT_EQ(request.remote_address, "198.51.100.7");
  EXPECT_EQ(request.base_url, "https://mesh.example");
  const Application open({}, {.source = {}, .trusted_proxies = {"10.0.0.1"}}, {});
  EXPECT_EQ(open.admit(arrival("GET", "/x", {{"host", "h:8000"}})).request.base_url, "http://h:8000");
  EXPECT_EQ(open.admit(arrival("GET", "/x", {{"host", "h"}, {"x-forwarded-proto", "https"}})).request.base_url,
            "https://h");
  EXPECT_EQ(open.admit(arrival("GET", "/x", {{"host", "h\"><script>"}})).request.base_url, "http://localhost");
}

TEST(Request, ReadsBearerTokens) {
  Request request;
  const auto bearer = [&](std::string value) {
    request.headers = {{"authorization", std::move(value)}};
    return std::string(request.bearer().value_or("none"));
  };
  EXPECT_EQ(bearer("Bearer abc"), "abc");
  EXPECT_EQ(bearer("bEARER   abc "), "abc");
  EXPECT_EQ(bearer("Bearer"), "none");
  EXPECT_EQ(bearer("Bearer  "), "none");
  EXPECT_EQ(bearer("Basic abc"), "none");
  EXPECT_EQ(bearer("Bearerabc"), "none");
}

TEST(Request, TheLastOfEqualQueryKeysCounts) {
  Request request;
  request.query = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
  EXPECT_EQ(request.query_value("a"), "3");
  EXPECT_EQ(request.query_value("c"), std::nullopt);
}

TEST(Response, DownloadsCarryAnyFileName) {
  EXPECT_EQ(header(download("x", "text/plain", "a \"b\"\r\n\xC3\xA9.conf"), "Content-Disposition"),
            "attachment; filename=\"a__b_____.conf\"; filename*=UTF-8''a%20%22b%22%0D%0A%C3%A9.conf");
}

TEST(Compression, ReadsTheAcceptHeader) {
  EXPECT_TRUE(accepts_gzip("gzip"));
  EXPECT_TRUE(accepts_gzip("br;q=1, gzip;q=0.1"));
  EXPECT_FALSE(accepts_gzip("gzip;q=0"));
  EXPECT_FALSE(accepts_gzip("gzip; q=0.000"));
  EXPECT_FALSE(accepts_gzip("x-gzip, br"));
  EXPECT_FALSE(accepts_gzip(""));
}

}  // namespace
}  // namespace loomgate::http
