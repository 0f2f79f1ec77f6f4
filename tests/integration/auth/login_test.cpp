// SPDX-License-Identifier: Apache-2.0
// Login and throttling (spec auth 2, 9).
#include <future>

#include "tests/integration/auth/auth_fixture.h"

namespace loomgate::harness {
namespace {

using testing::HasSubstr;
using testing::Not;

class LoginTest : public AuthTest {
 protected:
  void SetUp() override {
    start();
    daemon_.client().sign_in(kPassword);
  }
  ApiAnswer log_in(const std::string& password, const std::string& username = "admin",
                   const HttpHeaders& headers = {}) {
    auto client = daemon_.client();
    return client.request("POST", "/api/v1/auth/login", login_body(password, username), headers);
  }
};

TEST_F(LoginTest, RightPasswordGivesASession) {
  const auto answer = log_in(kPassword, "  admin ");
  ASSERT_EQ(answer.status, 200) << answer.body;
  auto client = daemon_.client();
  client.set_bearer(answer.text("data.access_token"));
  EXPECT_EQ(client.get("/api/v1/settings/ui").status, 200);
  const auto state = client.get("/api/v1/auth/session");
  EXPECT_TRUE(state.boolean("data.authenticated"));
  EXPECT_EQ(state.text("data.expires_at"), answer.text("data.expires_at"));
  EXPECT_EQ(
      client.request("GET", "/api/v1/settings/ui", "", {{"Authorization", "bEaReR  " + client.bearer() + " "}}).status,
      200);
}

TEST_F(LoginTest, WrongPasswordAndUnknownUserLookTheSame) {
  const auto wrong = log_in("not the password");
  const auto unknown = log_in(kPassword, "root");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.error_code(), "AUTH_FAILED");
  EXPECT_EQ(unknown.body, wrong.body);
  EXPECT_EQ(log_in(std::string(kPassword) + " ").error_code(), "AUTH_FAILED") << "passwords are not trimmed";
  EXPECT_TRUE(daemon_.logged("LG-AUTH-001", 3));
  EXPECT_THAT(daemon_.log(), Not(HasSubstr("not the password")));
}

TEST_F(LoginTest, BodyRules) {
  EXPECT_EQ(log_in("   ").status, 422);
  EXPECT_EQ(log_in("").status, 422);
  EXPECT_EQ(log_in("x", "  ").status, 422);
  EXPECT_EQ(log_in("x", std::string(65, 'a')).status, 422);
  EXPECT_EQ(log_in(std::string(257, 'p')).status, 422);
  EXPECT_EQ(log_in(std::string(256, 'p')).status, 401);
}

TEST_F(LoginTest, GuessingIsSlowedDown) {
  // The first delay is a second: on a machine that stalls it may be over before the right password comes, which makes the
  // guesses forgotten.
  ApiAnswer refused;
  EXPECT_TRUE(eventually(std::chrono::seconds(60), [&] {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in("guess number " + std::to_string(i)).status, 401) << i;
    refused = log_in(kPassword);
    return refused.status == 429;
  })) << "the right password must wait as well, or guessing goes on";
  EXPECT_EQ(refused.error_code(), "RATE_LIMITED");
  const auto wait = std::stoi(refused.header("retry-after").value_or("0"));
  EXPECT_GE(wait, 1);
  EXPECT_LE(wait, 60);
  EXPECT_TRUE(eventually(std::chrono::seconds(wait + 30), [&] { return log_in(kPassword).status == 200; }));
}

TEST_F(LoginTest, AFloodOfLoginsIsTurnedAwayWhileOthersAreServed) {
  std::vector<std::future<int>> logins;
  for (int i = 0; i < 24; ++i)
    logins.push_back(std::async(std::launch::async, [this] { return log_in(kPassword).status; }));
  auto other = daemon_.client();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(other.get("/api/v1/auth/state").status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  int served = 0;
  for (auto& login : logins) {
    const int status = login.get();
    EXPECT_TRUE(status == 200 || status == 429) << status;
    served += status == 200 ? 1 : 0;
  }
  EXPECT_GE(served, 2);
}

}  // namespace
}  // namespace loomgate::harness
