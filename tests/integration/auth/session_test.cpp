// SPDX-License-Identifier: Apache-2.0
// Tokens, their checks in the contract's order, rotation at a password change (spec auth 2, 5, 12).
#include <ctime>

#include "daemon/crypto/sealer.h"
#include "daemon/crypto/tokens.h"
#include "daemon/store/settings.h"
#include "tests/integration/auth/auth_fixture.h"

namespace loomgate::harness {
namespace {

class SessionTest : public AuthTest {
 protected:
  void SetUp() override {
    start();
    client_.emplace(daemon_.client());
    client_->sign_in(kPassword);
    const crypto::Sealer sealer(crypto::load_or_create_master_key_file(daemon_.file("data") / "master.key"));
    auto connection = connect(database_.dsn());
    secret_ = store::find_sealed_setting(connection, sealer, "auth_token_secret").value();
  }

  static json::Json claims(std::int64_t expires_in, const std::string& changed = "", json::Json value = {}) {
    auto permissions = json::Json::array();
    permissions.push("*");
    const std::int64_t now = std::time(nullptr);
    auto made = json::Json::object({{"sub", "admin"},
                                    {"iat", now},
                                    {"exp", now + expires_in},
                                    {"jti", "0123456789abcdefghijkl"},
                                    {"kind", "session"},
                                    {"permissions", std::move(permissions)}});
    if (!changed.empty()) made.set(changed, std::move(value));
    return made;
  }
  std::string code_for(const std::string& token) {
    client_->set_bearer(token);
    const auto answer = client_->get("/api/v1/settings/ui");
    return answer.status == 200 ? "ok" : std::to_string(answer.status) + " " + answer.error_code();
  }
  std::string signed_by_us(const json::Json& made) const { return crypto::sign_token(made, secret_); }

  std::optional<ApiClient> client_;
  std::string secret_;
};

TEST_F(SessionTest, SecretIsLongAndSealed) {
  EXPECT_EQ(secret_.size(), 64U);
  EXPECT_EQ(sql("SELECT value FROM loomgate.settings WHERE key = 'auth_token_secret'"), "");
  EXPECT_EQ(sql("SELECT position('" + secret_ +
                "'::bytea in sealed_value) FROM loomgate.settings WHERE key = 'auth_token_secret'"),
            "0");
}

TEST_F(SessionTest, EveryBadTokenHasItsCode) {
  const std::string invalid = "401 INVALID_TOKEN";
  EXPECT_EQ(code_for(signed_by_us(claims(60))), "ok") << "a hand-made token with the right secret is a session";
  EXPECT_EQ(code_for(""), "401 AUTH_REQUIRED");
  EXPECT_EQ(code_for("gibberish"), invalid);
  EXPECT_EQ(code_for("a.b.c.d"), invalid);
  EXPECT_EQ(code_for(signed_by_us(claims(60)) + ".x"), invalid) << "a fourth part";
  EXPECT_EQ(code_for(crypto::sign_token(claims(60), "another secret")), invalid);
  EXPECT_EQ(code_for(signed_by_us(claims(60, "kind", "download"))), invalid);
  EXPECT_EQ(code_for(signed_by_us(claims(60, "sub", "somebody"))), invalid);
  EXPECT_EQ(code_for(signed_by_us(claims(60, "permissions", json::Json::array()))), invalid);
  EXPECT_EQ(code_for(signed_by_us(claims(60, "permissions", "*"))), invalid);
  EXPECT_EQ(code_for(signed_by_us(claims(60, "exp", json::Json(4e9 + 0.5)))), invalid) << "exp as a fraction";
  EXPECT_EQ(code_for(signed_by_us(claims(60, "exp", "4000000000"))), invalid) << "exp as text";
  const auto good = signed_by_us(claims(60));
  const auto body = good.substr(good.find('.'));
  EXPECT_EQ(code_for(crypto::base64url(R"({"alg":"none","typ":"JWT"})") + body.substr(0, body.rfind('.')) + "."),
            invalid);
}

TEST_F(SessionTest, ExpiryIsExact) {
  EXPECT_EQ(code_for(signed_by_us(claims(0))), "401 TOKEN_EXPIRED") << "expired by exactly 0 s";
  EXPECT_EQ(code_for(signed_by_us(claims(-1000))), "401 TOKEN_EXPIRED");
  EXPECT_EQ(code_for(signed_by_us(claims(-1000, "sub", "somebody"))).substr(0, 3), "401");
}

TEST_F(SessionTest, OtherSchemesAreNoToken) {
  const auto good = signed_by_us(claims(60));
  for (const std::string& value : {"Basic " + good, std::string("Bearer"), std::string("Bearer  "), good}) {
    EXPECT_EQ(client_->request("GET", "/api/v1/settings/ui", "", {{"Authorization", value}}).error_code(),
              "AUTH_REQUIRED")
        << value.substr(0, 8);
  }
}

TEST_F(SessionTest, ABadTokenIsJustNobodyForTheStateRoutes) {
  client_->set_bearer("gibberish");
  for (const char* path : {"/api/v1/auth/state", "/api/v1/auth/session"}) {
    const auto state = client_->get(path);
    EXPECT_EQ(state.status, 200);
    EXPECT_FALSE(state.boolean("data.authenticated"));
    EXPECT_FALSE(state.boolean("data.setup_required"));
  }
}

TEST_F(SessionTest, LogoutForgetsNothing) {
  const auto token = client_->bearer();
  EXPECT_EQ(client_->post("/api/v1/auth/logout").text("data.message"), "Logged out");
  EXPECT_EQ(code_for(token), "ok");
  client_->set_bearer("");
  EXPECT_EQ(client_->post("/api/v1/auth/logout").status, 200);
}

TEST_F(SessionTest, ChecksComeBeforeTheBodyAndBeforeAnyLookUp) {
  client_->set_bearer("");
  EXPECT_EQ(client_->put("/api/v1/settings/ui", "not json").error_code(), "AUTH_REQUIRED");
  EXPECT_EQ(client_->get("/api/v1/configs/cfg_000000000000/endpoint/runtime-snapshot").error_code(), "AUTH_REQUIRED");
}

TEST_F(SessionTest, PasswordChangeEndsEverySession) {
  const auto old = client_->bearer();
  const auto wrong = client_->post("/api/v1/auth/password", change_body("not it", "a new password"));
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.error_code(), "AUTH_FAILED");
  EXPECT_EQ(client_->post("/api/v1/auth/password", change_body("not it", "not it")).error_code(), "AUTH_FAILED");
  EXPECT_EQ(client_->post("/api/v1/auth/password", change_body(kPassword, kPassword)).error_code(),
            "PASSWORD_UNCHANGED");
  EXPECT_EQ(client_->post("/api/v1/auth/password", change_body(kPassword, "short")).status, 422);
  EXPECT_EQ(code_for(old), "ok") << "a refused change ends nothing";
  const auto changed = client_->post("/api/v1/auth/password", change_body(kPassword, "a new password"));
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(code_for(old), "401 INVALID_TOKEN");
  EXPECT_EQ(code_for(changed.text("data.access_token")), "ok");
  EXPECT_EQ(client_->post("/api/v1/auth/login", login_body(kPassword)).error_code(), "AUTH_FAILED");
  EXPECT_EQ(client_->post("/api/v1/auth/login", login_body("a new password")).status, 200);
}

TEST_F(SessionTest, NoRouteTakesAPasswordThatTheLogInWouldRefuse) {
  const std::string too_long(257, 'q');
  EXPECT_EQ(client_->post("/api/v1/auth/password", change_body(kPassword, too_long)).status, 422);
  EXPECT_EQ(client_->post("/api/v1/settings/password", change_body(kPassword, too_long)).status, 422);
  EXPECT_EQ(client_->post("/api/v1/settings/password", change_body(kPassword, std::string(256, 'q'))).status, 200);
}

TEST_F(SessionTest, SessionsLiveOnAcrossARestart) {
  const auto token = client_->bearer();
  daemon_.restart();
  client_.emplace(daemon_.client());
  EXPECT_EQ(code_for(token), "ok");
}

TEST_F(SessionTest, UiSettingsRoundTrip) {
  const auto put = client_->put("/api/v1/settings/ui", R"({"locale":"en-US","theme_mode":"dark"})");
  EXPECT_EQ(put.text("data.theme_mode"), "dark");
  EXPECT_EQ(client_->get("/api/v1/settings/ui").body, put.body);
  EXPECT_EQ(client_->put("/api/v1/settings/ui", R"({"theme_mode":"pink"})").status, 422);
  EXPECT_EQ(client_->put("/api/v1/settings/ui", R"({"locale":""})").text("data.locale"), "zh-CN");
  EXPECT_EQ(client_->get("/api/v1/settings/ui").text("data.theme_mode"), "system");
}

}  // namespace
}  // namespace loomgate::harness
