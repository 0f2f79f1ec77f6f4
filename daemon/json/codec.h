// SPDX-License-Identifier: Apache-2.0
// How a C++ type stands in JSON: Codec<T> reads a value that validate() has already accepted, writes one, and knows the
// default rule of T. A room can add a type by specialising Codec (daemon/base/time_codec.h does it for Timestamp), and
// an enumeration by specialising Names.
#pragma once

#include <array>
#include <concepts>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "daemon/json/rule.h"

namespace loomgate::json {

template <typename T>
class Shape;

// Specialise for a struct: `static const json::Shape<T>& shape();`
template <typename T>
struct Describe;

// Specialise for an enumeration: `static constexpr std::array<std::pair<E, const char*>, N> all{...};`
template <typename E>
struct Names;

template <typename T>
concept Described = requires {
  Describe<T>::shape();
};
template <typename T>
concept NamedEnum = std::is_enum_v<T> && requires {
  Names<T>::all;
};

// Members: static Rule rule(); static void fit(Rule&) (std::logic_error when the rule is of another kind; may narrow
// it); static T read(View); static Json write(const T&).
template <typename T>
struct Codec;

inline void require_kind(const Rule& rule, std::initializer_list<Kind> allowed) {
  for (const Kind kind : allowed) {
    if (rule.kind == kind) return;
  }
  throw std::logic_error("json: the rule does not fit the type of the member");
}

template <>
struct Codec<std::string> {
  static Rule rule() { return text(); }
  static void fit(Rule& rule) { require_kind(rule, {Kind::kText, Kind::kLiteral}); }
  static std::string read(View value) { return std::string(value.string()); }
  static Json write(const std::string& value) { return Json(value); }
};

template <>
struct Codec<bool> {
  static Rule rule() { return boolean(); }
  static void fit(Rule& rule) { require_kind(rule, {Kind::kBoolean}); }
  static bool read(View value) { return value.boolean(); }
  static Json write(const bool& value) { return Json(value); }
};

template <std::integral T>
struct Codec<T> {
  static Rule rule() { return integer(); }
  static void fit(Rule& rule) {
    require_kind(rule, {Kind::kInteger});
    if constexpr (sizeof(T) < sizeof(std::int64_t)) {
      rule.minimum = std::max<std::int64_t>(rule.minimum, std::numeric_limits<T>::min());
      rule.maximum = std::min<std::int64_t>(rule.maximum, std::numeric_limits<T>::max());
    }
  }
  static T read(View value) { return static_cast<T>(value.integer().value_or(0)); }
  static Json write(const T& value) { return Json(static_cast<std::int64_t>(value)); }
};

template <>
struct Codec<double> {
  static Rule rule() { return json::number(); }
  static void fit(Rule& rule) { require_kind(rule, {Kind::kNumber, Kind::kInteger}); }
  static double read(View value) { return value.number(); }
  static Json write(const double& value) { return Json(value); }
};

template <>
struct Codec<Json> {
  static Rule rule() { return any(); }
  static void fit(Rule&) {}
  static Json read(View value) { return Json::copy_of(value); }
  static Json write(const Json& value) { return value; }
};

template <NamedEnum E>
struct Codec<E> {
  static Rule rule() {
    std::vector<std::string> allowed;
    for (const auto& [value, name] : Names<E>::all) allowed.emplace_back(name);
    return literal(std::move(allowed));
  }
  static void fit(Rule& rule) { require_kind(rule, {Kind::kLiteral}); }
  static E read(View value) {
    for (const auto& [member, name] : Names<E>::all) {
      if (value.string() == name) return member;
    }
    throw std::logic_error("json: a literal without a member");
  }
  static Json write(const E& wanted) {
    for (const auto& [member, name] : Names<E>::all) {
      if (member == wanted) return Json(name);
    }
    throw std::logic_error("json: an enumerator without a name");
  }
};

template <typename T>
struct Codec<std::vector<T>> {
  static Rule rule() { return list(Codec<T>::rule()); }
  static void fit(Rule& rule) {
    if constexpr (std::same_as<T, std::string>) {
      if (rule.kind == Kind::kTextList) return;
    }
    require_kind(rule, {Kind::kList});
    Rule item = *rule.item;
    Codec<T>::fit(item);
    rule.item = std::make_shared<const Rule>(std::move(item));
  }
  static std::vector<T> read(View value) {
    std::vector<T> values;
    for (const View item : value.items()) values.push_back(Codec<T>::read(item));
    return values;
  }
  static Json write(const std::vector<T>& values) {
    Json array = Json::array();
    for (const auto& value : values) array.push(Codec<T>::write(value));
    return array;
  }
};

template <typename T>
struct Codec<std::map<std::string, T>> {
  static Rule rule() { return map(Codec<T>::rule()); }
  static void fit(Rule& rule) {
    require_kind(rule, {Kind::kMap});
    Rule item = *rule.item;
    Codec<T>::fit(item);
    rule.item = std::make_shared<const Rule>(std::move(item));
  }
  static std::map<std::string, T> read(View value) {
    std::map<std::string, T> values;
    for (const auto& [key, item] : value.members()) values.insert_or_assign(std::string(key), Codec<T>::read(item));
    return values;
  }
  static Json write(const std::map<std::string, T>& values) {
    Json object = Json::object();
    for (const auto& [key, value] : values) object.append(key, Codec<T>::write(value));
    return object;
  }
};

// Optional items of lists and values of maps.
template <typename T>
struct Codec<std::optional<T>> {
  static Rule rule() { return Codec<T>::rule().nullable(); }
  static void fit(Rule& rule) { Codec<T>::fit(rule); }
  static std::optional<T> read(View value) {
    if (value.is(Type::kNull)) return std::nullopt;
    return Codec<T>::read(value);
  }
  static Json write(const std::optional<T>& value) { return value ? Codec<T>::write(*value) : Json(); }
};

template <Described T>
struct Codec<T> {
  static Rule rule() { return shape_rule(Describe<T>::shape().data()); }
  static void fit(Rule& rule) { require_kind(rule, {Kind::kShape}); }
  static T read(View value) { return Describe<T>::shape().read(value); }
  static Json write(const T& value) { return Describe<T>::shape().write(value); }
};

}  // namespace loomgate::json
