// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "daemon/http/router.h"
#include "daemon/http/url.h"

namespace loomgate::http {
namespace {

Route route(std::string method, std::string path) {
  return {.method = std::move(method), .path = std::move(path)};
}

Router make_router() {
  std::vector<Route> routes;
  routes.push_back(route("GET", "/api/v1/configs"));
  routes.push_back(route("POST", "/api/v1/configs"));
  routes.push_back(route("GET", "/api/v1/configs/{config_id}"));
  routes.push_back(route("DELETE", "/api/v1/configs/{config_id}"));
  routes.push_back(route("POST", "/api/v1/configs/{config_id}/nodes/{node_id}"));
  routes.push_back(route("POST", "/api/v1/configs/awg/convert"));
  routes.push_back(route("POST", "/api/v1/configs/sort"));
  routes.push_back(route("POST", "/mcp"));
  routes.push_back(route("POST", "/mcp/"));
  return Router(std::move(routes));
}

std::string found(std::string_view method, std::string_view path) {
  static const Router router = make_router();
  const Router::Found result = router.find(method, parse_target(path)->segments);
  if (result.route == nullptr) return result.allowed.empty() ? "404" : "405 " + result.allowed;
  std::string text = result.route->path;
  for (const auto& [name, value] : result.params) text += " " + name + "=" + value;
  return text;
}

TEST(Router, FindsExactAndParameterPaths) {
  EXPECT_EQ(found("GET", "/api/v1/configs"), "/api/v1/configs");
  EXPECT_EQ(found("GET", "/api/v1/configs/cfg_1"), "/api/v1/configs/{config_id} config_id=cfg_1");
  EXPECT_EQ(found("HEAD", "/api/v1/configs/cfg_1"), "/api/v1/configs/{config_id} config_id=cfg_1");
  EXPECT_EQ(found("POST", "/api/v1/configs/c/nodes/n"),
            "/api/v1/configs/{config_id}/nodes/{node_id} config_id=c node_id=n");
}

TEST(Router, ExactNamesComeFirstAndParametersStillGetTheRest) {
  EXPECT_EQ(found("POST", "/api/v1/configs/awg/convert"), "/api/v1/configs/awg/convert");
  EXPECT_EQ(found("POST", "/api/v1/configs/awg/nodes/n"),
            "/api/v1/configs/{config_id}/nodes/{node_id} config_id=awg node_id=n");
  EXPECT_EQ(found("GET", "/api/v1/configs/sort"), "/api/v1/configs/{config_id} config_id=sort");
}

TEST(Router, SaysWhichMethodsAPathHas) {
  EXPECT_EQ(found("PATCH", "/api/v1/configs"), "405 GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(found("PUT", "/api/v1/configs/sort"), "405 DELETE, GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(found("HEAD", "/mcp"), "405 OPTIONS, POST");
}

TEST(Router, ATrailingSlashAndAnEmptySegmentAreOtherPaths) {
  EXPECT_EQ(found("GET", "/api/v1/configs/"), "404");
  EXPECT_EQ(found("GET", "/api//v1/configs"), "404");
  EXPECT_EQ(found("GET", "/"), "404");
  EXPECT_EQ(found("POST", "/mcp/"), "/mcp/");
}

TEST(Router, AnEscapedSlashStaysInsideItsSegment) {
  EXPECT_EQ(found("GET", "/api/v1/configs/a%2Fb"), "/api/v1/configs/{config_id} config_id=a/b");
}

TEST(Router, ATableWithTwoAnswersIsAFaultOfTheProgram) {
  std::vector<Route> twice{route("GET", "/a/{x}"), route("GET", "/a/{y}")};
  EXPECT_THROW(Router router(twice), std::logic_error);
  EXPECT_THROW(Router router({route("GET", "a")}), std::logic_error);
}

TEST(Target, DecodesPathAndQuery) {
  const auto target = parse_target("/a%20b/%C3%A9?x=1+2&y&=z&x=%26&&w=a=b");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b/\xC3\xA9");
  const std::vector<std::pair<std::string, std::string>> expected{
      {"x", "1 2"}, {"y", ""}, {"", "z"}, {"x", "&"}, {"w", "a=b"}};
  EXPECT_EQ(target->query, expected);
  EXPECT_EQ(parse_target("/a+b")->path, "/a+b");
  EXPECT_EQ(parse_target("http://host:1/x?y=1")->path, "/x");
  EXPECT_EQ(parse_target("https://host")->path, "/");
}

TEST(Target, RefusesWhatCannotBeDecoded) {
  for (const char* raw : {"", "*", "a", "/%", "/%4", "/%zz", "/%00", "/a%00b", "/%ff", "/\xff", "/?x=%00", "/?%ff=1",
                          "/?x=%c3", "/..", "/a/../b", "/%2e%2e/x", "/./x"}) {
    EXPECT_FALSE(parse_target(raw)) << raw;
  }
}

}  // namespace
}  // namespace loomgate::http
