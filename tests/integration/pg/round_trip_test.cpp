// SPDX-License-Identifier: Apache-2.0
// Values keep their value on the way to PostgreSQL and back.
#include <gtest/gtest.h>

#include <limits>

#include "sql/pg/connection.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::pg {
namespace {

using namespace std::chrono_literals;

const Statement kEchoText{"test_echo_text", Access::kRead, "SELECT $1::text"};
const Statement kEchoBool{"test_echo_bool", Access::kRead, "SELECT $1::boolean"};
const Statement kEchoBigint{"test_echo_bigint", Access::kRead, "SELECT $1::bigint"};
const Statement kEchoTime{"test_echo_time", Access::kRead, "SELECT $1::timestamptz, extract(epoch FROM $1::timestamptz)::text"};
const Statement kEchoBytes{"test_echo_bytes", Access::kRead, "SELECT $1::bytea, length($1::bytea)"};
const Statement kEchoTexts{"test_echo_texts", Access::kRead, "SELECT $1::text[], cardinality($1::text[])"};
const Statement kUnnestTexts{"test_unnest_texts", Access::kRead, "SELECT t FROM unnest($1::text[]) WITH ORDINALITY u (t, n) ORDER BY n"};
const Statement kUnnestNumbers{"test_unnest_numbers", Access::kRead,
                               "SELECT t FROM unnest($1::bigint[]) WITH ORDINALITY u (t, n) ORDER BY n"};
const Statement kUnnestBytes{"test_unnest_bytes", Access::kRead, "SELECT t FROM unnest($1::bytea[]) WITH ORDINALITY u (t, n) ORDER BY n"};
const Statement kUnnestTimes{"test_unnest_times", Access::kRead,
                             "SELECT t FROM unnest($1::timestamptz[]) WITH ORDINALITY u (t, n) ORDER BY n"};
const Statement kUnnestBools{"test_unnest_bools", Access::kRead, "SELECT t FROM unnest($1::boolean[]) WITH ORDINALITY u (t, n) ORDER BY n"};

class RoundTrip : public testing::Test {
 protected:
  template <typename T>
  T echo(const Statement& statement, const T& value) {
    return connection_.exec(statement, params(value))[0].template get<T>(0);
  }
  template <typename T, typename Array>
  std::vector<T> unnest(const Statement& statement, const Array& values) {
    std::vector<T> got;
    for (const Row row : connection_.exec(statement, params(values))) got.push_back(row.template get<T>(0));
    return got;
  }
  Connection connection_ = harness::connect(harness::shared_cluster().dsn());
};

TEST_F(RoundTrip, Text) {
  for (const std::string text : {"", "plain", "NULL", "it's \"quoted\" \\ and {braced, too}", "line\nbreak\ttab", "żółć 漢字 🌐"})
    EXPECT_EQ(echo(kEchoText, text), text);
  EXPECT_EQ(echo(kEchoText, std::string(3'000'000, 'x')).size(), 3'000'000U);
}

TEST_F(RoundTrip, NullIsNotEmpty) {
  const Result result = connection_.exec(kEchoText, params(nullptr));
  EXPECT_TRUE(result[0].is_null(0));
  EXPECT_EQ(result[0].get<std::optional<std::string>>(0), std::nullopt);
  EXPECT_EQ(connection_.exec(kEchoText, params(""))[0].get<std::optional<std::string>>(0), "");
  EXPECT_THROW(result[0].get<std::string>(0), std::logic_error);
}

TEST_F(RoundTrip, WrongExpectationsAreErrorsOfTheProgram) {
  const Result text = connection_.exec(kEchoText, params("12x"));
  EXPECT_THROW(text[0].get<int>(0), std::logic_error);
  EXPECT_THROW(text[0].get<bool>(0), std::logic_error);
  EXPECT_THROW(text[0].get<Bytes>(0), std::logic_error);
  EXPECT_THROW(text[0].get<Timestamp>(0), std::logic_error);
  EXPECT_THROW(text[0].get<std::vector<std::string>>(0), std::logic_error);
  EXPECT_THROW(text[0].get<std::string>(1), std::logic_error);
  const Result big = connection_.exec(kEchoBigint, params(std::int64_t{1} << 40));
  EXPECT_THROW(big[0].get<int>(0), std::logic_error);
}

TEST_F(RoundTrip, NumbersAndBooleans) {
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
                                   std::numeric_limits<std::int64_t>::max()})
    EXPECT_EQ(echo(kEchoBigint, value), value);
  EXPECT_TRUE(echo(kEchoBool, true));
  EXPECT_FALSE(echo(kEchoBool, false));
}

TEST_F(RoundTrip, TimestampsKeepMicroseconds) {
  const Timestamp base = std::chrono::sys_days(std::chrono::year(2026) / 2 / 28);
  for (const Timestamp value : {base, base + 23h + 59min + 59s + 999999us, base + 1us, base + 120ms, Timestamp(0us), Timestamp(-1us),
                                Timestamp(std::chrono::sys_days(std::chrono::year(1) / 1 / 1)),
                                Timestamp(std::chrono::sys_days(std::chrono::year(9999) / 12 / 31))})
    EXPECT_EQ(echo(kEchoTime, value), value);
  EXPECT_EQ(connection_.exec(kEchoTime, params(Timestamp(1'500'000us)))[0].get<std::string>(1), "1.500000");
}

TEST_F(RoundTrip, InfinityIsNoTimestamp) {
  EXPECT_THROW(connection_.exec(kEchoTime, params("infinity"))[0].get<Timestamp>(0), std::logic_error);
}

TEST_F(RoundTrip, Bytes) {
  Bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(echo(kEchoBytes, all), all);
  EXPECT_EQ(connection_.exec(kEchoBytes, params(all))[0].get<int>(1), 256);
  EXPECT_EQ(echo(kEchoBytes, Bytes{}), Bytes{});
}

TEST_F(RoundTrip, TextArrays) {
  const std::vector<std::string> values{"", "a", "NULL", "null", "with, comma", "{brace}", "\"quote\"", "back\\slash", " blank ", "line\nbreak", "ü"};
  EXPECT_EQ(echo(kEchoTexts, values), values);
  EXPECT_EQ(connection_.exec(kEchoTexts, params(values))[0].get<int>(1), static_cast<int>(values.size()));
  EXPECT_EQ(echo(kEchoTexts, std::vector<std::string>{}), std::vector<std::string>{});
  const std::vector<std::optional<std::string>> holes{"a", std::nullopt, ""};
  EXPECT_EQ(unnest<std::optional<std::string>>(kUnnestTexts, holes), holes);
  EXPECT_THROW(connection_.exec(kEchoTexts, params(holes))[0].get<std::vector<std::string>>(0), std::logic_error);
}

TEST_F(RoundTrip, OtherArrays) {
  const std::vector<std::optional<std::int64_t>> numbers{-5, std::nullopt, std::int64_t{1} << 60};
  EXPECT_EQ(unnest<std::optional<std::int64_t>>(kUnnestNumbers, numbers), numbers);
  EXPECT_EQ(unnest<std::int64_t>(kUnnestNumbers, std::vector<std::int64_t>{3, 2, 1}), (std::vector<std::int64_t>{3, 2, 1}));
  const std::vector<std::optional<Bytes>> blobs{Bytes{0, 0x5c, 0x22, 0xff}, std::nullopt, Bytes{}};
  EXPECT_EQ(unnest<std::optional<Bytes>>(kUnnestBytes, blobs), blobs);
  EXPECT_EQ(unnest<Bytes>(kUnnestBytes, std::vector<Bytes>{{1}, {2, 3}}), (std::vector<Bytes>{{1}, {2, 3}}));
  const std::vector<std::optional<Timestamp>> times{Timestamp(1us), std::nullopt};
  EXPECT_EQ(unnest<std::optional<Timestamp>>(kUnnestTimes, times), times);
  EXPECT_EQ(unnest<bool>(kUnnestBools, std::vector<bool>{true, false, true}), (std::vector<bool>{true, false, true}));
}

TEST_F(RoundTrip, BadInputIsToldFromABug) {
  try {
    connection_.exec(kEchoBigint, params("twelve"));
    FAIL() << "PostgreSQL took 'twelve' for a number";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.error_class(), ErrorClass::kInvalidInput);
    EXPECT_EQ(error.sqlstate(), "22P02");
  }
  EXPECT_TRUE(connection_.usable());
  EXPECT_EQ(echo(kEchoText, std::string("still fine")), "still fine");
}

}  // namespace
}  // namespace loomgate::pg
