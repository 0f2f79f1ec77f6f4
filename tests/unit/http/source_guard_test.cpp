// SPDX-License-Identifier: Apache-2.0
// Spec http-api 2.3, 2.4 and check 16 of section 11.
#include "daemon/http/source_guard.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace loomgate::http {
namespace {

using Text = std::optional<std::string_view>;

std::string code(const SourceGuard& guard, std::string_view path, Text host, Text origin = std::nullopt) {
  const auto refused = guard.check(path, host, origin);
  return refused ? std::string(refused->code().code) : "passes";
}

SourceGuard console_guard(bool dev_api = false) {
  return SourceGuard({.public_origin = "https://Mesh.Example:8443/",
                      .extra_origins = {" http://localhost:5173/ "},
                      .dev_api = dev_api});
}

TEST(SourceGuard, TheMainHostPassesWithoutAnOrigin) {
  EXPECT_EQ(code(console_guard(), "/api/v1/auth/state", "mesh.example:8443"), "passes");
  EXPECT_EQ(code(console_guard(), "/", "MESH.example:8443"), "passes");
  EXPECT_EQ(code(console_guard(), "/", "https://mesh.example:8443/"), "passes");
}

TEST(SourceGuard, AnotherHostIsRejectedOnEveryPath) {
  for (const char* host : {"localhost", "mesh.example", "mesh.example:443", "evil.example:8443", "",
                           "mesh.example:8443@evil", "mesh.example:0"}) {
    EXPECT_EQ(code(console_guard(), "/mcp", host), "PUBLIC_HOST_REJECTED") << host;
  }
  EXPECT_EQ(code(console_guard(), "/assets/app.js", std::nullopt), "PUBLIC_HOST_REJECTED");
}

TEST(SourceGuard, ExtraOriginsPassOnlyThroughTheMainHost) {
  EXPECT_EQ(code(console_guard(), "/", "mesh.example:8443", "http://localhost:5173"), "passes");
  EXPECT_EQ(code(console_guard(), "/", "localhost:5173", "http://localhost:5173"), "PUBLIC_HOST_REJECTED");
}

TEST(SourceGuard, UnknownOriginsAreRejected) {
  for (const char* origin :
       {"https://evil.example", "null", "", "http://mesh.example:8443", "https://mesh.example:8443.evil",
        "https://mesh.example", "https://mesh.example:8443@evil.example"}) {
    EXPECT_EQ(code(console_guard(), "/", "mesh.example:8443", origin), "PUBLIC_ORIGIN_REJECTED") << origin;
  }
  EXPECT_EQ(code(console_guard(), "/", "mesh.example:8443", " HTTPS://mesh.example:8443/ "), "passes");
}

TEST(SourceGuard, DefaultPortsMayBeWrittenOrLeftOut) {
  const SourceGuard guard({.public_origin = "https://mesh.example"});
  EXPECT_EQ(code(guard, "/", "mesh.example"), "passes");
  EXPECT_EQ(code(guard, "/", "mesh.example:443", "https://mesh.example:443"), "passes");
  EXPECT_EQ(code(guard, "/", "mesh.example:80"), "PUBLIC_HOST_REJECTED");
  const SourceGuard v6({.public_origin = "http://[::1]:8000"});
  EXPECT_EQ(code(v6, "/", "[::1]:8000"), "passes");
  EXPECT_EQ(code(v6, "/", "[::1]"), "PUBLIC_HOST_REJECTED");
}

TEST(SourceGuard, InternalPathsTheDevApiAndNoPublicOriginPass) {
  EXPECT_EQ(code(console_guard(), "/api/internal/emqx/authz", "emqx:1234", "https://evil.example"), "passes");
  EXPECT_EQ(code(console_guard(), "/api/internal", "emqx:1234"), "PUBLIC_HOST_REJECTED");
  EXPECT_EQ(code(console_guard(true), "/", "anything", "https://evil.example"), "passes");
  EXPECT_EQ(code(SourceGuard({}), "/", "anything", "https://evil.example"), "passes");
}

TEST(SourceGuard, ASettingThatIsNoOriginIsNamed) {
  try {
    SourceGuard({.public_origin = "mesh.example"});
    FAIL();
  } catch (const std::invalid_argument& fault) {
    EXPECT_NE(std::string(fault.what()).find("WFM_PUBLIC_ORIGIN"), std::string::npos);
  }
  EXPECT_THROW(SourceGuard({.extra_origins = {"*"}}), std::invalid_argument);
}

Request preflight_of(std::string origin) {
  Request request;
  request.method = "OPTIONS";
  request.headers = {{"origin", std::move(origin)},
                     {"access-control-request-method", "PUT"},
                     {"access-control-request-headers", "authorization, x-a"}};
  return request;
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "absent";
}

TEST(Cors, PreflightsFromAllowedOriginsEchoTheWantedHeaders) {
  const SourceGuard guard = console_guard();
  const auto answer = guard.preflight(preflight_of("http://localhost:5173"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(header(*answer, "Access-Control-Allow-Headers"), "authorization, x-a");
  EXPECT_EQ(header(*answer, "Access-Control-Max-Age"), "600");
  EXPECT_EQ(guard.preflight(preflight_of("https://evil.example"))->status, 400);
  Request plain;
  plain.method = "OPTIONS";
  EXPECT_FALSE(guard.preflight(plain));
}

TEST(Cors, OnlyAllowedOriginsGetTheHeaders) {
  Response response;
  console_guard().add_cors_headers(preflight_of("http://localhost:5173"), response);
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "http://localhost:5173");
  EXPECT_EQ(header(response, "Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(header(response, "Vary"), "Origin");
  Response other;
  console_guard().add_cors_headers(preflight_of("https://evil.example"), other);
  EXPECT_TRUE(other.headers.empty());
}

}  // namespace
}  // namespace loomgate::http
