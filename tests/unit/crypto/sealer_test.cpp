// SPDX-License-Identifier: Apache-2.0
#include "daemon/crypto/sealer.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

namespace loomgate::crypto {
namespace {

MasterKey key(std::uint32_t id) {
  return {.id = id, .bytes = Bytes(32, static_cast<std::uint8_t>(id))};
}

constexpr SealedPlace kPlace{.table = "nodes", .column = "private_key_sealed", .row = "node_000000000001"};

TEST(Sealer, OpensWhatItSealed) {
  const Sealer sealer({key(1)});
  for (const std::string& plain :
       {std::string(), std::string("x"), std::string("a\0b", 3), std::string(100'000, 'z')}) {
    EXPECT_EQ(sealer.open(kPlace, sealer.seal(kPlace, plain)), plain);
  }
}

TEST(Sealer, LayoutIsFormatKeyIdNonceTextTag) {
  const Bytes sealed = Sealer({key(0x01020304)}).seal(kPlace, "four");
  ASSERT_EQ(sealed.size(), 1U + 4 + 12 + 4 + 16);
  EXPECT_EQ((Bytes(sealed.begin(), sealed.begin() + 5)), (Bytes{1, 1, 2, 3, 4}));
}

TEST(Sealer, EqualTextsLookDifferent) {
  const Sealer sealer({key(1)});
  std::set<Bytes> seen;
  for (int i = 0; i < 50; ++i) seen.insert(sealer.seal(kPlace, "same"));
  EXPECT_EQ(seen.size(), 50U);
}

TEST(Sealer, EveryChangedByteIsNoticed) {
  const Sealer sealer({key(1)});
  const Bytes sealed = sealer.seal(kPlace, "secret");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    EXPECT_THROW(sealer.open(kPlace, changed), std::runtime_error) << "byte " << i;
  }
}

TEST(Sealer, EveryTruncationIsNoticed) {
  const Sealer sealer({key(1)});
  const Bytes sealed = sealer.seal(kPlace, "secret");
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_THROW(sealer.open(kPlace, Bytes(sealed.data(), sealed.data() + size)), std::runtime_error) << size;
  }
}

TEST(Sealer, ValueMovedToAnotherPlaceDoesNotOpen) {
  const Sealer sealer({key(1)});
  const Bytes sealed = sealer.seal(kPlace, "secret");
  SealedPlace table = kPlace, column = kPlace, row = kPlace;
  table.table = "node";
  column.column = "public_key";
  row.row = "node_000000000002";
  for (const SealedPlace& place : {table, column, row}) EXPECT_THROW(sealer.open(place, sealed), std::runtime_error);
}

TEST(Sealer, RotationSealsWithTheNewestKeyAndStillOpensOldValues) {
  const Bytes old_value = Sealer({key(1)}).seal(kPlace, "secret");
  const Sealer rotated({key(1), key(2)});
  EXPECT_EQ(rotated.open(kPlace, old_value), "secret");
  const Bytes new_value = rotated.seal(kPlace, "secret");
  EXPECT_EQ(new_value[4], 2);
  EXPECT_EQ(Sealer({key(2)}).open(kPlace, new_value), "secret");
  EXPECT_THROW(Sealer({key(2)}).open(kPlace, old_value), std::runtime_error);
}

TEST(Sealer, ErrorNamesTheColumnAndNothingElse) {
  try {
    Sealer({key(2)}).open(kPlace, Sealer({key(1)}).seal(kPlace, "secret"));
    FAIL() << "opened with a foreign key";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "cannot open nodes.private_key_sealed: its master key is not known");
  }
}

TEST(Sealer, RefusesUnusableKeys) {
  EXPECT_THROW(Sealer({}), std::runtime_error);
  EXPECT_THROW(Sealer({key(1), key(1)}), std::runtime_error);
  EXPECT_THROW(Sealer({MasterKey{.id = 1, .bytes = Bytes(16)}}), std::runtime_error);
}

}  // namespace
}  // namespace loomgate::crypto
