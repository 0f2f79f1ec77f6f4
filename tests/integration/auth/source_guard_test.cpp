// SPDX-License-Identifier: Apache-2.0
// The guard of Host and Origin as a running daemon applies it (spec auth 7, http-api 11.16), and the development API.
#include "tests/integration/auth/auth_fixture.h"

namespace loomgate::harness {
namespace {

class GuardTest : public AuthTest {
 protected:
  std::string code_for(const std::string& path, const HttpHeaders& headers) {
    auto client = daemon_.client();
    const auto answer = client.request("GET", path, "", headers);
    return answer.status == 403 ? answer.error_code() : std::to_string(answer.status);
  }
};

TEST_F(GuardTest, HostAndOriginMustFitThePublicOrigin) {
  start({{"WFM_PUBLIC_ORIGIN", "https://mesh.example:8443"},
         {"WFM_EXTRA_ALLOWED_ORIGINS", R"(["https://other.example/"])"}});
  const std::string state = "/api/v1/auth/state";
  EXPECT_EQ(code_for(state, {{"Host", "mesh.example:8443"}}), "200");
  EXPECT_EQ(code_for(state, {{"Host", "MESH.example:8443"}, {"Origin", "https://mesh.example:8443/"}}), "200");
  EXPECT_EQ(code_for(state, {{"Host", "mesh.example:8443"}, {"Origin", "https://other.example"}}), "200");
  EXPECT_EQ(code_for(state, {{"Host", "other.example"}, {"Origin", "https://other.example"}}), "PUBLIC_HOST_REJECTED");
  EXPECT_EQ(code_for(state, {{"Host", "mesh.example"}}), "PUBLIC_HOST_REJECTED");
  EXPECT_EQ(code_for(state, {{"Host", "mesh.example:8443"}, {"Origin", "https://evil.example"}}),
            "PUBLIC_ORIGIN_REJECTED");
  EXPECT_EQ(code_for(state, {{"Host", "mesh.example:8443"}, {"Origin", "null"}}), "PUBLIC_ORIGIN_REJECTED");
  EXPECT_EQ(code_for("/", {{"Host", "evil.example"}}), "PUBLIC_HOST_REJECTED") << "files are guarded too";
  EXPECT_EQ(code_for("/api/client/v1/bind", {{"Host", "evil.example"}}), "PUBLIC_HOST_REJECTED");
}

TEST_F(GuardTest, WithoutAPublicOriginEverybodyPasses) {
  start();
  EXPECT_EQ(code_for("/api/v1/auth/state", {{"Host", "whatever"}, {"Origin", "https://whoever"}}), "200");
}

TEST_F(GuardTest, DevelopmentResetClearsTheAccountOnly) {
  start({{"WFM_ENABLE_DEV_TEST_API", "true"}});
  auto client = daemon_.client();
  client.sign_in();
  sql("INSERT INTO loomgate.settings (key, value) VALUES ('mqtt_client', '{}')");
  const auto reset = client.post("/api/v0/dev/reset-bootstrap");
  EXPECT_EQ(reset.status, 200);
  EXPECT_TRUE(reset.boolean("data.auth_state.setup_required"));
  EXPECT_EQ(client.get("/api/v1/settings/ui").error_code(), "AUTH_SETUP_REQUIRED");
  EXPECT_EQ(
      sql("SELECT count(*) FROM loomgate.settings WHERE key IN ('auth_token_secret', 'ui_locale', 'ui_theme_mode')"),
      "0");
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.settings WHERE key = 'mqtt_client'"), "1");
  client.set_bearer("");
  EXPECT_NO_THROW(client.sign_in("another password"));
}

TEST_F(GuardTest, DevelopmentApiIsAbsentByDefault) {
  start();
  auto client = daemon_.client();
  EXPECT_EQ(client.post("/api/v0/dev/reset-bootstrap").status, 404);
}

}  // namespace
}  // namespace loomgate::harness
