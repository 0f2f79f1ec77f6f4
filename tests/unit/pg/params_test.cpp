// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/params.h"

#include <gtest/gtest.h>

#include "sql/pg/errors.h"

namespace loomgate::pg {
namespace {

using namespace std::chrono_literals;

template <typename T>
std::string encoded(const T& value) {
  return params(value).values().at(0).data;
}

Timestamp at(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
}

TEST(Params, ScalarsTravelAsText) {
  EXPECT_EQ(encoded("text"), "text");
  EXPECT_EQ(encoded(std::string("a\\b'c")), "a\\b'c");
  EXPECT_EQ(encoded(true), "t");
  EXPECT_EQ(encoded(false), "f");
  EXPECT_EQ(encoded(-7), "-7");
  EXPECT_EQ(encoded(std::int64_t{9007199254740993}), "9007199254740993");
  EXPECT_EQ(encoded(at(2026, 2, 3) + 4h + 5min + 6s + 7us), "2026-02-03 04:05:06.000007+00");
  EXPECT_EQ(encoded(at(1969, 12, 31) + 23h), "1969-12-31 23:00:00.000000+00");
}

TEST(Params, BytesTravelAsBinary) {
  const Params made = params(Bytes{0, 1, 255});
  EXPECT_TRUE(made.values()[0].binary);
  EXPECT_EQ(made.values()[0].data, std::string("\0\1\xff", 3));
}

TEST(Params, NullAndEmptyOptionalAreNull) {
  const Params made = params(nullptr, std::optional<int>{}, std::optional<std::string>{""}, "");
  EXPECT_EQ(made.size(), 4);
  EXPECT_TRUE(made.values()[0].null);
  EXPECT_TRUE(made.values()[1].null);
  EXPECT_FALSE(made.values()[2].null);
  EXPECT_FALSE(made.values()[3].null);
}

TEST(Params, ArrayElementsAreEscaped) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(encoded(Texts{}), "{}");
  EXPECT_EQ(encoded(Texts{"a", "", "NULL"}), R"({"a","","NULL"})");
  EXPECT_EQ(encoded(Texts{R"(say "hi")", R"(back\slash)", "{1,2}"}), R"({"say \"hi\"","back\\slash","{1,2}"})");
  EXPECT_EQ(encoded(std::vector<std::optional<std::string>>{"a", std::nullopt}), R"({"a",NULL})");
  EXPECT_EQ(encoded(std::vector<std::int64_t>{1, -2}), R"({"1","-2"})");
  EXPECT_EQ(encoded(std::vector<bool>{true, false}), R"({"t","f"})");
  // One dimension, of bytea (17), two elements from 1 on; the second one is empty.
  EXPECT_EQ(encoded(std::vector<Bytes>{{0xab, 0x01}, {}}),
            std::string("\0\0\0\1\0\0\0\1\0\0\0\x11\0\0\0\2\0\0\0\1\0\0\0\2\xab\1\0\0\0\0", 30));
  EXPECT_EQ(encoded(std::vector<std::optional<Timestamp>>{at(2000, 1, 1), std::nullopt}),
            R"({"2000-01-01 00:00:00.000000+00",NULL})");
}

// libpq would cut the value at the NUL and store half of it.
TEST(Params, NulByteInTextIsRefused) {
  const std::string text("half\0lost", 9);
  const auto refused = [](const auto& value) {
    try {
      params(value);
      return false;
    } catch (const DatabaseError& error) {
      return error.error_class() == ErrorClass::kInvalidInput;
    }
  };
  EXPECT_TRUE(refused(text));
  EXPECT_TRUE(refused(std::vector<std::string>{"fine", text}));
}

TEST(Params, YearsThatTextCannotHoldAreRefused) {
  EXPECT_THROW(params(at(0, 1, 1)), std::out_of_range);
  EXPECT_THROW(params(at(10000, 1, 1)), std::out_of_range);
}

}  // namespace
}  // namespace loomgate::pg
