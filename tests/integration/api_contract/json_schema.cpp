// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/api_contract/json_schema.h"

#include <algorithm>
#include <stdexcept>

namespace loomgate::contract {
namespace {

using json::Type;
using json::View;
using Misfit = std::optional<std::string>;

bool is_of_type(View value, std::string_view name) {
  if (name == "integer") return value.is(Type::kNumber) && value.integer().has_value();
  if (name == "number") return value.is(Type::kNumber);
  if (name == "string") return value.is(Type::kString);
  if (name == "boolean") return value.is(Type::kBool);
  if (name == "array") return value.is(Type::kArray);
  if (name == "object") return value.is(Type::kObject);
  return name == "null" && value.is(Type::kNull);
}

bool has_type(View value, View types) {
  if (types.is(Type::kString)) return is_of_type(value, types.string());
  const auto items = types.items();
  return std::ranges::any_of(items, [&](View type) { return is_of_type(value, type.string()); });
}

Misfit members(View value, View schema, View document, const std::string& where) {
  if (const auto required = schema.find("required")) {
    for (const View name : required->items()) {
      if (!value.find(name.string())) return where + " lacks " + std::string(name.string());
    }
  }
  const auto properties = schema.find("properties");
  const auto others = schema.find("additionalProperties");
  for (const auto& [name, member] : value.members()) {
    const auto known = properties ? properties->find(name) : std::nullopt;
    // An answer that has members of which its description knows nothing is not described.
    if (!known && properties && schema.find("title")) return where + " has an undescribed member " + std::string(name);
    const auto rule = known ? known : others;
    if (!rule) continue;
    if (auto problem = misfit(member, *rule, document, where + "." + std::string(name))) return problem;
  }
  return std::nullopt;
}

Misfit parts(View value, View schema, View document, const std::string& where) {
  if (const auto all = schema.find("allOf")) {
    for (const View part : all->items()) {
      if (auto problem = misfit(value, part, document, where)) return problem;
    }
  }
  const auto any = schema.find("anyOf");
  if (!any) return std::nullopt;
  Misfit first;
  for (const View part : any->items()) {
    auto problem = misfit(value, part, document, where);
    if (!problem) return std::nullopt;
    if (!first) first = std::move(problem);
  }
  return first;
}

}  // namespace

View resolve(View schema, View document) {
  const auto reference = schema.find("$ref");
  if (!reference) return schema;
  std::string_view path = reference->string();
  View target = document;
  for (path.remove_prefix(2); !path.empty();) {
    const auto slash = std::min(path.find('/'), path.size());
    const auto next = target.find(path.substr(0, slash));
    if (!next) throw std::runtime_error("leads nowhere: " + std::string(reference->string()));
    target = *next;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return target;
}

Misfit misfit(View value, View given, View document, const std::string& where) {
  const View schema = resolve(given, document);
  if (auto problem = parts(value, schema, document, where)) return problem;
  if (const auto types = schema.find("type"); types && !has_type(value, *types))
    return where + " is " + value.dump().substr(0, 80) + " and not of type " + types->dump();
  if (const auto wanted = schema.find("const"); wanted && wanted->dump() != value.dump())
    return where + " is not " + wanted->dump();
  if (const auto choices = schema.find("enum")) {
    const auto items = choices->items();
    if (std::ranges::none_of(items, [&](View choice) { return choice.dump() == value.dump(); }))
      return where + " is " + value.dump().substr(0, 80) + ", which is none of " + choices->dump();
  }
  if (value.is(Type::kNumber)) {
    if (const auto least = schema.find("minimum"); least && value.number() < least->number()) return where + " is too small";
    if (const auto most = schema.find("maximum"); most && value.number() > most->number()) return where + " is too large";
  }
  if (value.is(Type::kArray)) {
    const auto rule = schema.find("items");
    const auto items = value.items();
    for (std::size_t i = 0; rule && i < items.size(); ++i) {
      if (auto problem = misfit(items[i], *rule, document, where + "." + std::to_string(i))) return problem;
    }
  }
  return value.is(Type::kObject) ? members(value, schema, document, where) : std::nullopt;
}

}  // namespace loomgate::contract
