// SPDX-License-Identifier: Apache-2.0
// Set-up (spec auth 2, 9; http-api 11.1, 11.2).
#include <sys/stat.h>

#include <filesystem>
#include <future>

#include "daemon/crypto/passwords.h"
#include "tests/integration/auth/auth_fixture.h"

namespace loomgate::harness {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class SetupTest : public AuthTest {};

TEST_F(SetupTest, FreshServerAsksForSetupBeforeAnythingElse) {
  start();
  auto client = daemon_.client();
  const auto state = client.get("/api/v1/auth/state");
  EXPECT_EQ(state.status, 200);
  EXPECT_TRUE(state.boolean("data.setup_required"));
  EXPECT_FALSE(state.boolean("data.authenticated"));
  EXPECT_EQ(state.text("data.username"), "");
  EXPECT_TRUE(state.at("data.expires_at")->is(json::Type::kNull));
  for (const char* path :
       {"/api/v1/settings/ui", "/api/v1/configs/cfg_000000000000/nodes/node_000000000000/endpoint/status"}) {
    EXPECT_EQ(client.get(path).error_code(), "AUTH_SETUP_REQUIRED") << path;
    EXPECT_EQ(client.get(path).status, 428) << path;
  }
  client.set_bearer("anything");
  EXPECT_EQ(client.post("/api/v1/auth/password", "not json").status, 428);
  EXPECT_EQ(client.post("/api/v1/auth/login", login_body(kPassword)).error_code(), "AUTH_SETUP_REQUIRED");
}

TEST_F(SetupTest, SessionOfSetupWorksAndSecondSetupIsRefused) {
  start();
  auto client = daemon_.client();
  const auto made = client.post("/api/v1/auth/setup", setup_body(kPassword, R"(,"locale":"en-US")"));
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_FALSE(made.boolean("data.setup_required"));
  EXPECT_TRUE(made.boolean("data.authenticated"));
  EXPECT_EQ(made.text("data.username"), "admin");
  EXPECT_EQ(made.text("data.display_name"), "Admin");
  EXPECT_EQ(made.text("data.token_type"), "bearer");
  EXPECT_TRUE(made.text("data.expires_at").ends_with("Z"));
  EXPECT_EQ(client.get("/api/v1/settings/ui").error_code(), "AUTH_REQUIRED");
  client.set_bearer(made.text("data.access_token"));
  EXPECT_EQ(client.get("/api/v1/settings/ui").text("data.locale"), "en-US");
  const auto again = client.post("/api/v1/auth/setup", setup_body("something else"));
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.error_code(), "AUTH_ALREADY_INITIALIZED");
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.audit_log WHERE action = 'auth.setup'"), "1");
}

TEST_F(SetupTest, BodyRules) {
  start();
  auto client = daemon_.client();
  for (const std::string& body : {std::string("{}"), setup_body("12345"), setup_body("        "),
                                  setup_body(std::string(257, 'x')), setup_body("good enough", R"(,"locale":"fr-FR")"),
                                  std::string(R"({"password":123456})"), std::string("[]"), std::string("{")}) {
    const auto answer = client.post("/api/v1/auth/setup", body);
    EXPECT_EQ(answer.status, 422) << body;
    EXPECT_EQ(answer.error_code(), "VALIDATION_ERROR") << body;
    EXPECT_THAT(answer.body, Not(HasSubstr("12345"))) << "a submitted secret came back";
  }
  EXPECT_EQ(client.post("/api/v1/auth/setup", setup_body("good enough", R"(,"locale":" ")")).status, 200);
  EXPECT_EQ(sql("SELECT value FROM loomgate.settings WHERE key = 'ui_locale'"), "zh-CN");
}

TEST_F(SetupTest, OfTwoAtOnceExactlyOneWins) {
  start();
  std::vector<std::future<ApiAnswer>> answers;
  for (int i = 0; i < 4; ++i) {
    answers.push_back(std::async(std::launch::async, [this, i] {
      return daemon_.client().post("/api/v1/auth/setup", setup_body("password number " + std::to_string(i)));
    }));
  }
  int won = 0;
  for (auto& pending : answers) {
    const auto answer = pending.get();
    won += answer.status == 200 ? 1 : 0;
    EXPECT_TRUE(answer.status == 200 || answer.error_code() == "AUTH_ALREADY_INITIALIZED") << answer.body;
  }
  EXPECT_EQ(won, 1);
}

TEST_F(SetupTest, FromElsewhereItNeedsTheBootstrapCode) {
  start();
  const auto code = daemon_.bootstrap_code();
  ASSERT_THAT(code, Not(IsEmpty()));
  EXPECT_TRUE(daemon_.logged(code));
  struct stat about {};
  ASSERT_EQ(::stat((daemon_.file("data") / "bootstrap-code").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600U);
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.settings WHERE value LIKE '%" + code + "%'"), "0") << "stored in clear";

  auto client = daemon_.client();
  const auto body = setup_body(kPassword);
  // A reverse proxy, and a page of another site that has its name point to this machine.
  for (const HttpHeaders& elsewhere :
       {HttpHeaders{{"X-Forwarded-For", "203.0.113.9"}}, HttpHeaders{{"Forwarded", "for=203.0.113.9"}},
        HttpHeaders{{"Host", "evil.example"}}, HttpHeaders{{"X-Loomgate-Bootstrap-Code", "wrong"}}}) {
    const auto answer = client.request("POST", "/api/v1/auth/setup", body, elsewhere);
    EXPECT_EQ(answer.status, 401) << elsewhere.front().first;
    EXPECT_EQ(answer.error_code(), "AUTH_FAILED");
  }
  const auto made = client.request("POST", "/api/v1/auth/setup", body,
                                   {{"X-Forwarded-For", "203.0.113.9"}, {"X-Loomgate-Bootstrap-Code", code}});
  EXPECT_EQ(made.status, 200) << made.body;
  EXPECT_FALSE(std::filesystem::exists(daemon_.file("data") / "bootstrap-code"));
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.settings WHERE key = 'bootstrap_code_sha256'"), "0");
}

TEST_F(SetupTest, CodeMayStandInTheBody) {
  start();
  auto client = daemon_.client();
  const auto body = setup_body(kPassword, R"(,"bootstrap_code":")" + daemon_.bootstrap_code() + "\"");
  EXPECT_EQ(client.request("POST", "/api/v1/auth/setup", body, {{"Host", "mesh.example"}}).status, 200);
}

TEST_F(SetupTest, CodeSurvivesARestart) {
  start();
  const auto code = daemon_.bootstrap_code();
  daemon_.restart();
  EXPECT_EQ(daemon_.bootstrap_code(), code);
  auto client = daemon_.client();
  client.sign_in();
  daemon_.restart();
  EXPECT_FALSE(std::filesystem::exists(daemon_.file("data") / "bootstrap-code"));
}

TEST_F(SetupTest, WithAPublicOriginItIsOpen) {
  start({{"WFM_PUBLIC_ORIGIN", "https://mesh.example"}});
  auto client = daemon_.client();
  const HttpHeaders headers = {{"Host", "mesh.example"}, {"X-Forwarded-For", "203.0.113.9"}};
  EXPECT_EQ(client.request("POST", "/api/v1/auth/setup", setup_body(kPassword), headers).status, 200);
}

TEST_F(SetupTest, AHashThatCannotBeReadDoesNotOpenTheDoor) {
  sql("INSERT INTO loomgate.settings (key, value) VALUES ('auth_password_hash', 'bcrypt$of$another$kind$')");
  start({{"WFM_PUBLIC_ORIGIN", "https://mesh.example"}});
  auto client = daemon_.client();
  const HttpHeaders elsewhere = {{"Host", "mesh.example"}};
  EXPECT_TRUE(client.request("GET", "/api/v1/auth/state", "", elsewhere).boolean("data.setup_required"));
  EXPECT_EQ(client.request("POST", "/api/v1/auth/setup", setup_body(kPassword), elsewhere).error_code(), "AUTH_FAILED");
  const auto body = setup_body(kPassword, R"(,"bootstrap_code":")" + daemon_.bootstrap_code() + "\"");
  EXPECT_EQ(client.request("POST", "/api/v1/auth/setup", body, elsewhere).status, 200);
  EXPECT_EQ(client.request("POST", "/api/v1/auth/login", login_body(kPassword), elsewhere).status, 200);
}

TEST_F(SetupTest, RecordsOfTheOlderSystemCountAndAreRenewed) {
  const auto record = crypto::hash_password("legacy password", 1000);
  sql("INSERT INTO loomgate.settings (key, value) VALUES ('auth_password_hash', '" + record + "')");
  start();
  auto client = daemon_.client();
  EXPECT_FALSE(client.get("/api/v1/auth/state").boolean("data.setup_required"));
  EXPECT_EQ(client.post("/api/v1/auth/setup", setup_body(kPassword)).error_code(), "AUTH_ALREADY_INITIALIZED");
  EXPECT_EQ(client.post("/api/v1/auth/login", login_body("legacy password")).status, 200);
  EXPECT_THAT(sql("SELECT password_hash FROM loomgate.accounts"), testing::StartsWith("pbkdf2_sha256$600000$"));
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.settings WHERE key = 'auth_password_hash'"), "0");
  EXPECT_EQ(client.post("/api/v1/auth/login", login_body("legacy password")).status, 200);
}

}  // namespace
}  // namespace loomgate::harness
