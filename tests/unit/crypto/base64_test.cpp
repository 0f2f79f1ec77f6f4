// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "daemon/crypto/tokens.h"

namespace loomgate::crypto {
namespace {

TEST(Base64, MatchesTheVectorsOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("\xff\xef\xfe"), "_-_-");
  EXPECT_EQ(base64("\xff\xef\xfe"), "/+/+");
}

TEST(Base64, EveryLengthComesBack) {
  std::mt19937 random(1);
  std::string bytes;
  for (int length = 0; length < 200; ++length) {
    EXPECT_EQ(from_base64(base64(bytes)), bytes);
    EXPECT_EQ(from_base64url(base64url(bytes)), bytes);
    bytes.push_back(static_cast<char>(random()));
  }
}

TEST(Base64, RefusesEverySecondSpelling) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zg==\n", " Zg==", "Zh==", "Zm9=", "Z===", "====", "=",
                           "Zg==Zg==", "Zm9v_-==", "Zm\x00v"}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
  for (const char* text : {"Zg==", "Zh", "Z", "+/", "Zm9v\n"}) EXPECT_FALSE(from_base64url(text)) << text;
}

TEST(RandomToken, HasTheLengthOfItsBytesAndDoesNotRepeat) {
  EXPECT_EQ(random_token(32).size(), 43U);
  EXPECT_EQ(random_token(16).size(), 22U);
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random_token(16));
  EXPECT_EQ(seen.size(), 100U);
}

}  // namespace
}  // namespace loomgate::crypto
