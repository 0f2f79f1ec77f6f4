// SPDX-License-Identifier: Apache-2.0
// Parameters of one statement. Values travel as text, byte strings as binary; arrays as PostgreSQL array literals.
// Text with a NUL byte throws DatabaseError(kInvalidInput): PostgreSQL cannot hold it. A Timestamp outside the years
// 1 to 9999 throws std::out_of_range.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loomgate::pg {

// A point in time as PostgreSQL keeps it: microseconds, UTC.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
using Bytes = std::vector<std::uint8_t>;

// Usage: pg::Params{}.add(node_id).add(version).add(std::optional<int>{}).add(bytes)
// or, shorter: pg::params(node_id, version, nullptr, bytes).
class Params {
 public:
  Params& add(std::string_view text);
  Params& add(const char* text) { return add(std::string_view(text)); }
  Params& add(const std::string& text) { return add(std::string_view(text)); }
  Params& add(bool value);
  Params& add(std::int64_t value);
  Params& add(int value) { return add(static_cast<std::int64_t>(value)); }
  Params& add(Timestamp value);
  Params& add(const Bytes& value);
  Params& add(std::nullptr_t);
  // Arrays. Null elements are written as SQL NULL. Byte strings become a bytea[].
  Params& add(const std::vector<std::string>& values);
  Params& add(const std::vector<std::optional<std::string>>& values);
  Params& add(const std::vector<std::int64_t>& values);
  Params& add(const std::vector<std::optional<std::int64_t>>& values);
  Params& add(const std::vector<bool>& values);
  Params& add(const std::vector<Timestamp>& values);
  Params& add(const std::vector<std::optional<Timestamp>>& values);
  Params& add(const std::vector<Bytes>& values);
  Params& add(const std::vector<std::optional<Bytes>>& values);
  template <typename T>
  Params& add(const std::optional<T>& value) {
    return value ? add(*value) : add(nullptr);
  }

  int size() const { return static_cast<int>(values_.size()); }

  // What goes over the wire, for Connection.
  struct Value {
    bool null = false;
    bool binary = false;
    std::string data;
  };
  const std::vector<Value>& values() const { return values_; }

 private:
  Params& text(std::string encoded);
  std::vector<Value> values_;
};

template <typename... T>
Params params(const T&... values) {
  Params made;
  (made.add(values), ...);
  return made;
}

}  // namespace loomgate::pg
