// SPDX-License-Identifier: Apache-2.0
// The routes of configs, nodes, links and sync behind the real server, asked over a socket. Whoever sends the bearer "let me
// in" is the administrator.
#pragma once

#include <string>

#include "daemon/api/awg_routes.h"
#include "daemon/api/config_routes.h"
#include "daemon/api/link_routes.h"
#include "daemon/api/node_routes.h"
#include "daemon/api/sync_routes.h"
#include "daemon/api/tag_routes.h"
#include "daemon/api/system_routes.h"
#include "daemon/base/error_codes.h"
#include "daemon/http/server.h"
#include "tests/harness/api_client.h"
#include "tests/integration/services_mesh/mesh_test.h"

namespace loomgate::test {

class ApiTest : public MeshTest {
 protected:
  using MeshTest::MeshTest;

  struct Answer {
    int status = 0;
    json::Json body;

    std::string code() const { return text({"error", "code"}); }
    // The text or the compact JSON of what stands at this path; "-" when there is nothing.
    std::string at(std::initializer_list<const char*> path) const {
      auto found = find(path);
      if (!found) return "-";
      return found->is(json::Type::kString) ? std::string(found->string()) : found->dump();
    }
    std::string text(std::initializer_list<const char*> path) const { return at(path); }
    std::string data(const char* key) const { return at({"data", key}); }
    std::vector<json::View> list() const { return find({"data"})->items(); }

   private:
    std::optional<json::View> find(std::initializer_list<const char*> path) const {
      std::optional<json::View> found = body.view();
      for (const char* key : path) {
        if (!found || !found->is(json::Type::kObject)) return std::nullopt;
        found = found->find(key);
      }
      return found;
    }
  };

  Answer call(const std::string& method, const std::string& path, const std::string& body = "",
              const std::string& bearer = "let me in") {
    client.set_bearer(bearer);
    auto reply = client.request(method, "/api/v1" + path, body);
    EXPECT_FALSE(reply.json.view().is(json::Type::kNull)) << method << " " << path << ": " << reply.body;
    return {reply.status, std::move(reply.json)};
  }
  Answer get(const std::string& path) { return call("GET", path); }
  Answer post(const std::string& path, const std::string& body = "{}") { return call("POST", path, body); }
  Answer put(const std::string& path, const std::string& body) { return call("PUT", path, body); }

  // "CODE status" of a refused call; the database must be as it was before.
  std::string refusal(const std::string& method, const std::string& path, const std::string& body = "") {
    const auto before = contents();
    const auto answer = call(method, path, body);
    EXPECT_EQ(contents(), before) << method << " " << path << " " << body;
    EXPECT_EQ(answer.at({"success"}), "false");
    return answer.code() + " " + std::to_string(answer.status);
  }

  static http::Principal authenticate(const http::Context& context) {
    if (context.request().bearer() != "let me in") throw Error(errors::kAuthRequired, "Sign in first");
    http::Principal principal;
    principal.subject = "admin";
    return principal;
  }
  std::vector<http::Route> routes() {
    std::vector<http::Route> all;
    for (auto& group : {api::config_routes(configs), api::node_routes(nodes), api::awg_routes(), api::link_routes(links),
                        api::sync_routes(sync), api::tag_routes(tags), api::status_routes(system_status)}) {
      all.insert(all.end(), group.begin(), group.end());
    }
    return all;
  }

  services::SystemStatusService system_status{"0.1.0", deps.mqtt_enabled, pool,
                                              [] { return domain::MqttServiceStatus{true, true, "connected", "", {}}; }};
  http::Application application{
      routes(), {}, {.authenticate = authenticate, .translate = store::translate_database_error, .fallback = {}}};
  http::Server server{application, {}};
  harness::ApiClient client{"http://127.0.0.1:" + std::to_string(server.port())};
};

}  // namespace loomgate::test
