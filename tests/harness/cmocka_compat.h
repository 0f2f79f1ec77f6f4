// SPDX-License-Identifier: Apache-2.0
// The vocabulary of CMocka on top of GoogleTest: a mocked C function asks mock() what to return and check_expected()
// whether its arguments are right; the test says so beforehand with will_return() and expect_*(). Expectations are per
// function name and in order. What is left at the end of a test, or asked for without having been said, fails it. Use
// TEST_F on a fixture derived from CmockaTest. One thread.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <type_traits>

namespace loomgate::cmocka {

struct Expected {
  enum class Kind { kAny, kValue, kString } kind = Kind::kAny;
  std::uintmax_t value = 0;
  std::string text;
};

inline std::map<std::string, std::deque<std::uintmax_t>>& returns() {
  static std::map<std::string, std::deque<std::uintmax_t>> values;
  return values;
}
inline std::map<std::string, std::deque<Expected>>& expectations() {
  static std::map<std::string, std::deque<Expected>> values;
  return values;
}

template <typename T>
std::uintmax_t to_number(T value) {
  if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<std::uintptr_t>(value);
  } else if constexpr (std::is_null_pointer_v<T>) {
    return 0;
  } else {
    return static_cast<std::uintmax_t>(value);
  }
}

inline std::uintmax_t next_return(const std::string& function) {
  auto& queue = returns()[function];
  if (queue.empty()) {
    ADD_FAILURE() << function << "() was called without will_return()";
    return 0;
  }
  const std::uintmax_t value = queue.front();
  queue.pop_front();
  return value;
}

inline std::optional<Expected> next_expectation(const std::string& function, const std::string& parameter) {
  auto& queue = expectations()[function + "." + parameter];
  if (queue.empty()) {
    ADD_FAILURE() << function << "() was called without expect_...(" << parameter << ")";
    return std::nullopt;
  }
  const Expected expected = queue.front();
  queue.pop_front();
  return expected;
}

template <typename T>
void check(const std::string& function, const std::string& parameter, T value) {
  const auto expected = next_expectation(function, parameter);
  if (!expected || expected->kind == Expected::Kind::kAny) return;
  if (expected->kind == Expected::Kind::kValue) {
    EXPECT_EQ(to_number(value), expected->value) << function << "(): " << parameter;
    return;
  }
  if constexpr (std::is_convertible_v<T, const char*>) {
    EXPECT_STREQ(value, expected->text.c_str()) << function << "(): " << parameter;
  } else {
    ADD_FAILURE() << function << "(): " << parameter << " is no string";
  }
}

class CmockaTest : public ::testing::Test {
 protected:
  void SetUp() override { forget(); }
  void TearDown() override {
    for (const auto& [function, queue] : returns())
      EXPECT_TRUE(queue.empty()) << function << "(): values of will_return() are left";
    for (const auto& [name, queue] : expectations())
      EXPECT_TRUE(queue.empty()) << name << ": expected calls did not come";
    forget();
  }

 private:
  static void forget() {
    returns().clear();
    expectations().clear();
  }
};

}  // namespace loomgate::cmocka

#define will_return(function, value) \
  loomgate::cmocka::returns()[#function].push_back(loomgate::cmocka::to_number(value))
#define will_return_count(function, value, count) \
  for (int cmocka_i = 0; cmocka_i < (count); ++cmocka_i) will_return(function, value)
#define mock() loomgate::cmocka::next_return(__func__)
#define mock_type(type) static_cast<type>(loomgate::cmocka::next_return(__func__))
#define mock_ptr_type(type) reinterpret_cast<type>(static_cast<std::uintptr_t>(loomgate::cmocka::next_return(__func__)))

#define expect_any(function, parameter) loomgate::cmocka::expectations()[#function "." #parameter].push_back({})
#define expect_value(function, parameter, expected_value)               \
  loomgate::cmocka::expectations()[#function "." #parameter].push_back( \
      {loomgate::cmocka::Expected::Kind::kValue, loomgate::cmocka::to_number(expected_value), {}})
#define expect_string(function, parameter, expected_text)               \
  loomgate::cmocka::expectations()[#function "." #parameter].push_back( \
      {loomgate::cmocka::Expected::Kind::kString, 0, expected_text})
#define check_expected(parameter) loomgate::cmocka::check(__func__, #parameter, parameter)
#define check_expected_ptr(parameter) check_expected(parameter)

#define assert_true(condition) ASSERT_TRUE(condition)
#define assert_false(condition) ASSERT_FALSE(condition)
#define assert_int_equal(left, right) ASSERT_EQ(left, right)
#define assert_int_not_equal(left, right) ASSERT_NE(left, right)
#define assert_string_equal(left, right) ASSERT_STREQ(left, right)
#define assert_null(pointer) ASSERT_EQ(pointer, nullptr)
#define assert_non_null(pointer) ASSERT_NE(pointer, nullptr)
