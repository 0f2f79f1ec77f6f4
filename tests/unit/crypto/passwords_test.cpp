// SPDX-License-Identifier: Apache-2.0
#include "daemon/crypto/passwords.h"

#include <gtest/gtest.h>

#include <string>

namespace loomgate::crypto {
namespace {

constexpr int kFew = 1000;
// Made with another implementation: the KDF salt is the text of the salt, not the bytes it spells.
const std::string kRecord =
    "pbkdf2_sha256$1000$00112233445566778899aabbccddeeff$"
    "a686d72d036b180a165951ea070dffa5bbbf727965a46831db37630006cc46d1";

TEST(Passwords, VerifyARecordOfAnotherImplementation) {
  EXPECT_TRUE(verify_password("correct horse \xc3\xa9", kRecord));
  EXPECT_FALSE(verify_password("correct horse e", kRecord));
  EXPECT_FALSE(verify_password("", kRecord));
}

TEST(Passwords, NewRecordVerifiesAndHasTheContractsForm) {
  const std::string record = hash_password(" blanks count ", kFew);
  EXPECT_TRUE(is_password_record(record));
  EXPECT_TRUE(verify_password(" blanks count ", record));
  EXPECT_FALSE(verify_password("blanks count", record));
  EXPECT_EQ(record.find("pbkdf2_sha256$1000$"), 0U);
  EXPECT_EQ(record.size(), std::string("pbkdf2_sha256$1000$").size() + 32 + 1 + 64);
}

TEST(Passwords, SamePasswordGetsAnotherSalt) {
  EXPECT_NE(hash_password("same", kFew), hash_password("same", kFew));
}

TEST(Passwords, MalformedRecordsVerifyNothing) {
  const std::string digest = kRecord.substr(kRecord.rfind('$') + 1);
  for (const std::string& record :
       {std::string(), std::string("plain"), "sha256$1000$salt$" + digest, "pbkdf2_sha256$0$salt$" + digest,
        "pbkdf2_sha256$-5$salt$" + digest, "pbkdf2_sha256$1e3$salt$" + digest,
        "pbkdf2_sha256$99999999999$salt$" + digest, std::string("pbkdf2_sha256$1000$salt"), kRecord + "$",
        kRecord.substr(0, kRecord.size() - 1)}) {
    EXPECT_FALSE(verify_password("correct horse \xc3\xa9", record)) << record;
  }
}

TEST(Passwords, RecordNeedsFourPartsAndTheScheme) {
  EXPECT_TRUE(is_password_record(kRecord));
  EXPECT_FALSE(is_password_record(""));
  EXPECT_FALSE(is_password_record("argon2$1$2$3"));
  EXPECT_FALSE(is_password_record("pbkdf2_sha256$1$2"));
  EXPECT_FALSE(is_password_record("pbkdf2_sha256$1$2$3$4"));
}

TEST(Passwords, OldIterationCountAsksForARehash) {
  EXPECT_TRUE(needs_rehash("pbkdf2_sha256$210000$salt$digest"));
  EXPECT_FALSE(needs_rehash("pbkdf2_sha256$600000$salt$digest"));
  EXPECT_TRUE(needs_rehash("something else"));
}

}  // namespace
}  // namespace loomgate::crypto
