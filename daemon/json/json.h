// SPDX-License-Identifier: Apache-2.0
// JSON values. json.cpp is the only file that sees cJSON. Parsing refuses what cJSON would silently accept or cut:
// invalid UTF-8, an escaped NUL, trailing text, nesting deeper than 64. Numbers are doubles; integers are exact to
// 2^53.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct cJSON;

namespace loomgate::json {

enum class Type { kNull, kBool, kNumber, kString, kArray, kObject };

// A view into a Json value; valid while that value lives and is not changed.
class View {
 public:
  explicit View(const cJSON* node) : node_(node) {}

  Type type() const;
  bool is(Type wanted) const { return type() == wanted; }
  // Values; each is only for its own type (std::logic_error otherwise).
  bool boolean() const;
  double number() const;
  std::optional<std::int64_t> integer() const;  // nullopt when not a whole number within +-2^53
  std::string_view string() const;
  // Arrays and objects.
  std::size_t size() const;
  std::optional<View> find(std::string_view key) const;  // objects: the last of equal keys; nullopt when absent
  std::vector<View> items() const;                       // arrays
  std::vector<std::pair<std::string_view, View>> members() const;

  std::string dump() const;  // compact
  const cJSON* node() const { return node_; }

 private:
  const cJSON* node_;
};

// An owned value. Copies are deep.
class Json {
 public:
  Json();  // null
  Json(bool value);
  Json(int value);
  Json(std::int64_t value);
  Json(double value);
  Json(const char* text);
  Json(std::string_view text);
  Json(const std::string& text) : Json(std::string_view(text)) {}
  template <typename T>
  Json(const std::optional<T>& value) : Json(value ? Json(*value) : Json()) {}
  template <typename T>
  Json(const std::vector<T>& values) : Json(array()) {
    for (const auto& value : values) push(Json(value));
  }
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(Json other) noexcept;
  ~Json();

  static Json object();
  static Json object(std::initializer_list<std::pair<const char*, Json>> members);
  static Json array();
  static Json copy_of(View view);

  Json& set(std::string_view key, Json value);     // objects; replaces an equal key
  Json& append(std::string_view key, Json value);  // objects; the key must be new (set without the search)
  Json& push(Json value);                          // arrays

  View view() const { return View(node_); }
  std::string dump() const { return view().dump(); }

 private:
  explicit Json(cJSON* owned) : node_(owned) {}
  friend struct ParseAccess;
  cJSON* node_;
};

struct ParseLimits {
  std::size_t max_bytes = 1 << 20;
};

// The reason is one short phrase without any of the input.
struct ParseResult {
  std::optional<Json> value;
  std::string reason;
};
ParseResult parse(std::string_view text, const ParseLimits& limits = {});

}  // namespace loomgate::json
