// SPDX-License-Identifier: Apache-2.0
#include "daemon/crypto/keys.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "daemon/crypto/tokens.h"

namespace loomgate::crypto {
namespace {

TEST(Keys, DeriveTheAcceptanceVector) {
  EXPECT_EQ(derive_public_key("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo="),
            "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=");
}

TEST(Keys, GeneratedPairMatchesItsOwnDerivation) {
  const KeyPair pair = generate_key_pair();
  EXPECT_EQ(derive_public_key(pair.private_key), pair.public_key);
  EXPECT_NE(generate_key_pair().private_key, pair.private_key);
}

TEST(Keys, GeneratedPrivateKeyIsClamped) {
  for (int i = 0; i < 50; ++i) {
    const auto bytes = from_base64(generate_key_pair().private_key);
    ASSERT_TRUE(bytes);
    ASSERT_EQ(bytes->size(), 32U);
    EXPECT_EQ(static_cast<std::uint8_t>(bytes->front()) & 7U, 0U);
    EXPECT_EQ(static_cast<std::uint8_t>(bytes->back()) & 192U, 64U);
  }
}

TEST(Keys, UnclampedKeyHasThePublicKeyOfItsClampedForm) {
  std::string bytes(32, '\x07');
  const std::string unclamped = base64(bytes);
  bytes.front() = '\x00';
  bytes.back() = '\x47';
  EXPECT_EQ(derive_public_key(unclamped), derive_public_key(base64(bytes)));
}

TEST(Keys, PresharedKeyIsThirtyTwoRandomBytes) {
  const std::string key = generate_preshared_key();
  EXPECT_EQ(key.size(), 44U);
  EXPECT_TRUE(is_key(key));
  EXPECT_NE(generate_preshared_key(), key);
}

TEST(Keys, BadKeysAreRefusedNotGuessed) {
  const std::string good = generate_preshared_key();
  for (const std::string& text : {std::string(), std::string("x"), good.substr(1), good + good, good + "\n", ' ' + good,
                                  base64(std::string(31, 'a')), base64(std::string(33, 'a')), std::string(44, '=')}) {
    EXPECT_FALSE(is_key(text)) << text;
    EXPECT_FALSE(derive_public_key(text)) << text;
  }
}

}  // namespace
}  // namespace loomgate::crypto
