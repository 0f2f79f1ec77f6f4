// SPDX-License-Identifier: Apache-2.0
#include "plugin/base/digest.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace loomgate {
namespace {

// FIPS 180-2, appendix B.
TEST(Sha256, KnownVectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, HeadAndTailAreConcatenated) {
  const std::vector<std::uint8_t> head{'a', 'b'};
  const std::vector<std::uint8_t> tail{'c'};
  EXPECT_EQ(sha256(head, tail), sha256("abc"));
  EXPECT_EQ(sha256({}, std::vector<std::uint8_t>{'a', 'b', 'c'}), sha256("abc"));
}

TEST(Sha256, ThreadsDoNotDisturbEachOther) {
  const Sha256 expected = sha256("loomgate");
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int& count : wrong)
    threads.emplace_back([&count, &expected] {
      for (int round = 0; round < 2000; ++round) count += sha256("loomgate") == expected ? 0 : 1;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(MqttPasswordHash, IsSha256OfSaltThenPassword) {
  MqttSalt salt;
  salt.fill('s');
  EXPECT_EQ(mqtt_password_hash(salt, "password"), sha256("sssssssssssssssspassword"));
}

TEST(EqualConstantTime, ComparesEveryByteAndTheLength) {
  const Sha256 one = sha256("one");
  Sha256 changed = one;
  EXPECT_TRUE(equal_constant_time(one, changed));
  for (std::size_t i = 0; i < one.size(); ++i) {
    changed = one;
    changed[i] ^= 0x80;
    EXPECT_FALSE(equal_constant_time(one, changed)) << i;
  }
  EXPECT_FALSE(equal_constant_time(one, std::span(one).first(31)));
  EXPECT_TRUE(equal_constant_time({}, {}));
}

TEST(RandomBytes, FillEverySizeAndDiffer) {
  std::set<std::vector<std::uint8_t>> seen;
  for (int round = 0; round < 100; ++round) {
    std::vector<std::uint8_t> bytes(16);
    random_bytes(bytes);
    seen.insert(bytes);
  }
  EXPECT_EQ(seen.size(), 100U);
  std::vector<std::uint8_t> large(100'000);
  random_bytes(large);
  EXPECT_NE(std::vector<std::uint8_t>(large.end() - 32, large.end()), std::vector<std::uint8_t>(32, 0));
  random_bytes({});
}

TEST(ToHex, WritesLowerCase) {
  EXPECT_EQ(to_hex(std::vector<std::uint8_t>{0x00, 0x0f, 0xa5, 0xff}), "000fa5ff");
  EXPECT_EQ(to_hex({}), "");
}

}  // namespace
}  // namespace loomgate
