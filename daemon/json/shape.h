// SPDX-License-Identifier: Apache-2.0
// "Describe a shape once": one declaration per request or response type gives parsing, normalisation, the 422 items of
// spec http-api 3.1, JSON output, and the JSON schema for OpenAPI and MCP.
//
//   struct NodeWrite {
//     std::string name;                            // plain: keeps its initialiser when absent or null
//     std::optional<std::string> dns;              // null and absent are both nullopt
//     json::Field<int> listen_port;                // absent, null and a value are three things
//   };
//   template <> struct json::Describe<NodeWrite> { static const json::Shape<NodeWrite>& shape(); };
//
//   const json::Shape<NodeWrite>& json::Describe<NodeWrite>::shape() {                        // in the .cpp
//     static const auto shape = json::Shape<NodeWrite>("NodeWrite")
//         .field("name", &NodeWrite::name, json::required_text(1, 128))
//         .field("dns", &NodeWrite::dns, json::optional_text())
//         .field("listen_port", &NodeWrite::listen_port, json::integer(1, 65535).nullable());
//     return shape;
//   }
//
// Without a rule the member's type decides: text(), integer(), boolean(), list of, map of, nested shape; std::optional
// and json::Field are nullable then. Writing: every member is written; nullopt as null; an absent Field is left out.
// Unknown members of a request are ignored. Shapes are immutable once made and may be used from any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/json/codec.h"
#include "daemon/json/field.h"
#include "daemon/json/validate.h"

namespace loomgate::json {

// How a member holds "absent" and "null": plain T, std::optional<T>, Field<T>.
template <typename M>
struct Slot {
  using Value = M;
  static constexpr bool kCanBeAbsent = false;
  static constexpr bool kCanBeNull = false;
  static void read(M& member, const std::optional<View>& value) {
    if (value && !value->is(Type::kNull)) member = Codec<M>::read(*value);
  }
  static std::optional<Json> write(const M& member) { return Codec<M>::write(member); }
};

// A Json member takes null as a value of its own.
template <>
struct Slot<Json> {
  using Value = Json;
  static constexpr bool kCanBeAbsent = false;
  static constexpr bool kCanBeNull = true;
  static void read(Json& member, const std::optional<View>& value) {
    if (value) member = Json::copy_of(*value);
  }
  static std::optional<Json> write(const Json& member) { return member; }
};

template <typename T>
struct Slot<std::optional<T>> {
  using Value = T;
  static constexpr bool kCanBeAbsent = false;
  static constexpr bool kCanBeNull = true;
  static void read(std::optional<T>& member, const std::optional<View>& value) {
    if (value) member = Codec<std::optional<T>>::read(*value);
  }
  static std::optional<Json> write(const std::optional<T>& member) { return Codec<std::optional<T>>::write(member); }
};

template <typename T>
struct Slot<Field<T>> {
  using Value = T;
  static constexpr bool kCanBeAbsent = true;
  static constexpr bool kCanBeNull = true;
  static void read(Field<T>& member, const std::optional<View>& value) {
    if (value) member = value->is(Type::kNull) ? Field<T>::null() : Field<T>(Codec<T>::read(*value));
  }
  static std::optional<Json> write(const Field<T>& member) {
    if (member.is_absent()) return std::nullopt;
    return Codec<std::optional<T>>::write(member.as_optional());
  }
};

template <typename T>
class Shape {
 public:
  explicit Shape(std::string name) : data_(std::move(name)) {}

  // std::logic_error when the rule is of another kind than the member (so any use of the shape in a test finds it).
  template <typename M>
  Shape& field(std::string name, M T::*member, Rule rule) & {
    Codec<typename Slot<M>::Value>::fit(rule);
    data_.add({name, std::move(rule), Slot<M>::kCanBeAbsent, Slot<M>::kCanBeNull});
    bind(std::move(name), member);
    return *this;
  }
  template <typename M>
  Shape& field(std::string name, M T::*member) & {
    Rule rule = Codec<typename Slot<M>::Value>::rule();
    rule.is_nullable = rule.is_nullable || Slot<M>::kCanBeNull;
    return field(std::move(name), member, std::move(rule));
  }
  // The members of a nested shape stand in this object itself (NodeMutation = Node + change_hints).
  template <Described M>
  Shape& flatten(M T::*member) & {
    const Shape<M>& inner = Describe<M>::shape();
    for (const auto& field : inner.data().members()) data_.add(field);
    readers_.push_back([member, &inner](T& into, View object) { into.*member = inner.read(object); });
    writers_.push_back([member, &inner](const T& from, Json& object) { inner.write_into(from.*member, object); });
    return *this;
  }
  template <typename... Args>
  Shape&& field(Args&&... args) && {
    return std::move(field(std::forward<Args>(args)...));
  }
  template <typename M>
  Shape&& flatten(M T::*member) && {
    return std::move(flatten(member));
  }

  const ShapeData& data() const { return data_; }

  // Of an object that validate() returned.
  T read(View object) const {
    T value{};
    for (const auto& reader : readers_) reader(value, object);
    return value;
  }
  Json write(const T& value) const {
    Json object = Json::object();
    write_into(value, object);
    return object;
  }
  void write_into(const T& value, Json& object) const {
    for (const auto& writer : writers_) writer(value, object);
  }

 private:
  template <typename M>
  void bind(std::string name, M T::*member) {
    readers_.push_back([name, member](T& into, View object) { Slot<M>::read(into.*member, object.find(name)); });
    writers_.push_back([name = std::move(name), member](const T& from, Json& object) {
      if (auto value = Slot<M>::write(from.*member)) object.append(name, std::move(*value));
    });
  }

  ShapeData data_;
  std::vector<std::function<void(T&, View)>> readers_;
  std::vector<std::function<void(const T&, Json&)>> writers_;
};

// The rule of a described type, for nesting and for route tables.
template <Described T>
Rule shape() {
  return shape_rule(Describe<T>::shape().data());
}

// Validates and reads; nullopt when problems were added. `where` is {"body"}, {"query"}, ...
template <Described T>
std::optional<T> read(std::optional<View> value, Source source, Location where, Problems& problems) {
  const auto accepted = validate(value, shape<T>().required(), source, std::move(where), problems);
  if (!accepted) return std::nullopt;
  return Describe<T>::shape().read(accepted->view());
}

// Any type with a Codec: shapes, vectors and maps of them, texts, numbers.
template <typename T>
Json write(const T& value) {
  return Codec<T>::write(value);
}

}  // namespace loomgate::json
