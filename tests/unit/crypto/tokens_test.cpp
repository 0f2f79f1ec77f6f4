// SPDX-License-Identifier: Apache-2.0
#include "daemon/crypto/tokens.h"

#include <gtest/gtest.h>

#include <string>

#include "plugin/base/digest.h"

namespace loomgate::crypto {
namespace {

constexpr std::string_view kSecret = "secret-of-the-tests";
constexpr std::int64_t kExpiry = 1'700'086'400;

std::string as_text(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// RFC 2104 for keys of at most 64 bytes, written out so that the tests do not share the code they check.
std::string hmac(std::string_view key, const std::string& text) {
  std::string inner(64, '\x36'), outer(64, '\x5c');
  for (std::size_t i = 0; i < key.size(); ++i) {
    inner[i] = static_cast<char>(inner[i] ^ key[i]);
    outer[i] = static_cast<char>(outer[i] ^ key[i]);
  }
  return as_text(sha256(outer + as_text(sha256(inner + text))));
}

// Signs any header and payload text, as only somebody who knows the secret could.
std::string forged(std::string_view header, std::string_view payload) {
  const std::string text = base64url(header) + '.' + base64url(payload);
  return text + '.' + base64url(hmac(kSecret, text));
}

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";

TokenState state_of(const std::string& token, std::int64_t now = kExpiry - 1) {
  return check_token(token, kSecret, now).state;
}

json::Json session_claims() {
  json::Json claims = json::Json::object();
  claims.set("sub", "admin");
  claims.set("iat", std::int64_t{1'700'000'000});
  claims.set("exp", kExpiry);
  claims.set("kind", "session");
  claims.set("permissions", std::move(json::Json::array().push("*")));
  return claims;
}

TEST(Tokens, HandMadeTokenIsReproducedByteForByte) {
  EXPECT_EQ(sign_token(session_claims(), kSecret),
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
            "eyJzdWIiOiJhZG1pbiIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDg2NDAwLCJraW5kIjoic2Vzc2lvbiIsInBlcm1pc3Npb25zIj"
            "pbIioiXX0._9HDH9doNTGIcusUFRdUV28IseprjxZJaLooayLzrHU");
}

TEST(Tokens, ValidTokenReturnsItsClaims) {
  const TokenCheck check = check_token(sign_token(session_claims(), kSecret), kSecret, kExpiry - 1);
  ASSERT_EQ(check.state, TokenState::kValid);
  EXPECT_EQ(check.claims.view().find("sub")->string(), "admin");
}

TEST(Tokens, ExpiredByExactlyZeroSeconds) {
  const std::string token = sign_token(session_claims(), kSecret);
  EXPECT_EQ(state_of(token, kExpiry - 1), TokenState::kValid);
  EXPECT_EQ(state_of(token, kExpiry), TokenState::kExpired);
  EXPECT_EQ(check_token(token, kSecret, kExpiry).claims.view().find("kind")->string(), "session");
}

TEST(Tokens, AnotherSecretKillsTheToken) {
  EXPECT_EQ(check_token(sign_token(session_claims(), "old"), "new", 0).state, TokenState::kInvalid);
}

TEST(Tokens, FourthPartFails) {
  const std::string token = sign_token(session_claims(), kSecret);
  EXPECT_EQ(state_of(token + ".x"), TokenState::kInvalid);
  EXPECT_EQ(state_of(token + "."), TokenState::kInvalid);
  EXPECT_EQ(state_of('.' + token), TokenState::kInvalid);
}

TEST(Tokens, MissingPartsFail) {
  for (const char* text : {"", ".", "..", "...", "a", "a.b", "a.b.", ".b.c"}) {
    EXPECT_EQ(state_of(text), TokenState::kInvalid) << text;
  }
}

TEST(Tokens, EveryChangedCharacterFails) {
  const std::string token = sign_token(session_claims(), kSecret);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(state_of(changed), TokenState::kInvalid) << i;
  }
}

TEST(Tokens, OtherAlgorithmsFailEvenWhenSigned) {
  const std::string payload = R"({"exp":1700086400})";
  EXPECT_EQ(state_of(forged(kHeader, payload)), TokenState::kValid);
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"HS512"})", R"({"alg":"hs256"})", R"({"alg":1})", R"({})",
                             R"([])", R"("HS256")", "not json"}) {
    EXPECT_EQ(state_of(forged(header, payload)), TokenState::kInvalid) << header;
  }
  EXPECT_EQ(state_of(base64url(R"({"alg":"none"})") + '.' + base64url(payload) + '.'), TokenState::kInvalid);
}

TEST(Tokens, ExpiryMustBeAnInteger) {
  for (const char* payload :
       {R"({})", R"({"exp":"1700086400"})", R"({"exp":1700086400.5})", R"({"exp":true})", R"({"exp":null})",
        R"({"exp":[1700086400]})", R"({"exp":1e300})", R"([1700086400])", ""}) {
    EXPECT_EQ(state_of(forged(kHeader, payload)), TokenState::kInvalid) << payload;
  }
}

}  // namespace
}  // namespace loomgate::crypto
