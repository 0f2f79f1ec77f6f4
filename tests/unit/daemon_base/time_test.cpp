// SPDX-License-Identifier: Apache-2.0
#include "daemon/base/time.h"

#include <gtest/gtest.h>

namespace loomgate {
namespace {

Timestamp at(std::int64_t microseconds) {
  return Timestamp(std::chrono::microseconds(microseconds));
}

TEST(Time, WritesSixDigitsAndZAlways) {
  EXPECT_EQ(to_iso(at(0)), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_iso(at(1776945600123456)), "2026-04-23T12:00:00.123456Z");
  EXPECT_EQ(to_iso(at(1709164800000001)), "2024-02-29T00:00:00.000001Z");
  EXPECT_EQ(to_iso(at(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(Time, ReadsWhatItWrites) {
  for (const std::int64_t instant : {0LL, 1776945600123456LL, -1LL, 4102444799999999LL}) {
    EXPECT_EQ(from_iso(to_iso(at(instant))), at(instant));
  }
}

TEST(Time, ReadsEverySpellingOfAZone) {
  const Timestamp noon = at(1776945600000000);
  for (const char* text :
       {"2026-04-23T12:00:00Z", "2026-04-23t12:00:00z", "2026-04-23 12:00:00+00:00", "2026-04-23T12:00Z",
        "2026-04-23T14:30:00+02:30", "2026-04-23T07:00:00-0500", "2026-04-23T20:00+08"}) {
    EXPECT_EQ(from_iso(text), noon) << text;
  }
}

TEST(Time, CutsFractionsToMicroseconds) {
  EXPECT_EQ(from_iso("1970-01-01T00:00:00.5Z"), at(500000));
  EXPECT_EQ(from_iso("1970-01-01T00:00:00,123456789Z"), at(123456));
}

TEST(Time, RefusesWhatIsNoInstant) {
  for (const char* text :
       {"", "2026-04-23", "2026-04-23T20+08", "2026-04-23T12:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+24:00", "26-01-01T00:00:00Z",
        " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00+"}) {
    EXPECT_EQ(from_iso(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace loomgate
