// SPDX-License-Identifier: Apache-2.0
// A member of a request that may be absent, null, or have a value (spec http-api 6.3: "absent keeps, null clears").
#pragma once

#include <optional>
#include <stdexcept>
#include <utility>

namespace loomgate::json {

template <typename T>
class Field {
 public:
  Field() = default;  // absent
  Field(T value) : present_(true), value_(std::move(value)) {}
  static Field null() {
    Field field;
    field.present_ = true;
    return field;
  }

  bool is_absent() const { return !present_; }
  bool is_null() const { return present_ && !value_; }
  bool has_value() const { return value_.has_value(); }
  // std::logic_error when there is none.
  const T& value() const {
    if (!value_) throw std::logic_error("json::Field has no value");
    return *value_;
  }
  T value_or(T fallback) const { return value_ ? *value_ : std::move(fallback); }
  // Null and absent are both nullopt: for creating, where both mean "nothing given".
  const std::optional<T>& as_optional() const { return value_; }

  // Partial update of a target that can be empty: absent keeps, null clears, a value replaces. True when it changed.
  bool apply_to(std::optional<T>& target) const {
    if (is_absent() || target == value_) return false;
    target = value_;
    return true;
  }
  // Partial update of a target that always has a value: absent and null keep. True when it changed.
  bool apply_to(T& target) const {
    if (!value_ || target == *value_) return false;
    target = *value_;
    return true;
  }

 private:
  bool present_ = false;
  std::optional<T> value_;
};

}  // namespace loomgate::json
