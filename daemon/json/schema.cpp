// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "daemon/json/rule.h"

namespace loomgate::json {

namespace {

Json whole(std::size_t value) {
  return Json(static_cast<std::int64_t>(value));
}

void add_bounds(const Rule& rule, Json& made) {
  if (rule.minimum != Rule::kLeast) made.set("minimum", rule.minimum);
  if (rule.maximum != Rule::kMost) made.set("maximum", rule.maximum);
}

void add_text(const Rule& rule, Json& made) {
  if (rule.min_length > 0 || rule.blank_is_error)
    made.set("minLength", whole(std::max<std::size_t>(rule.min_length, 1)));
  if (rule.max_length != Rule::kUnlimited) made.set("maxLength", whole(rule.max_length));
  if (!rule.pattern.empty()) made.set("pattern", rule.pattern);
  if (!rule.format.empty()) made.set("format", rule.format);
  if (rule.is_secret) made.set("writeOnly", true);
}

void add_members(const ShapeData& shape, Json& made) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const auto& [name, rule] : shape.members()) {
    properties.append(name, schema(rule));
    if (rule.is_required) required.push(name);
  }
  made.set("title", shape.name());
  made.set("properties", std::move(properties));
  if (required.view().size() > 0) made.set("required", std::move(required));
}

const char* type_name(Kind kind) {
  switch (kind) {
    case Kind::kText:
    case Kind::kLiteral:
      return "string";
    case Kind::kInteger:
      return "integer";
    case Kind::kNumber:
      return "number";
    case Kind::kBoolean:
      return "boolean";
    case Kind::kTextList:
    case Kind::kList:
      return "array";
    case Kind::kMap:
    case Kind::kObject:
    case Kind::kShape:
      return "object";
    case Kind::kAny:
      break;
  }
  return nullptr;
}

void add_type(const Rule& rule, Json& made) {
  const char* const name = type_name(rule.kind);
  if (name == nullptr) return;
  if (rule.is_nullable) {
    made.set("type", Json::array().push(name).push("null"));
  } else {
    made.set("type", name);
  }
}

void add_details(const Rule& rule, Json& made) {
  switch (rule.kind) {
    case Kind::kText:
      add_text(rule, made);
      break;
    case Kind::kInteger:
    case Kind::kNumber:
      add_bounds(rule, made);
      break;
    case Kind::kLiteral: {
      Json allowed(rule.literals);
      if (rule.is_nullable) allowed.push(Json());
      made.set("enum", std::move(allowed));
      break;
    }
    case Kind::kTextList:
      made.set("items", schema(text()));
      break;
    case Kind::kList:
      made.set("items", schema(*rule.item));
      if (rule.min_length > 0) made.set("minItems", whole(rule.min_length));
      if (rule.max_length != Rule::kUnlimited) made.set("maxItems", whole(rule.max_length));
      break;
    case Kind::kMap:
      made.set("additionalProperties", schema(*rule.item));
      break;
    case Kind::kShape:
      add_members(*rule.members, made);
      break;
    case Kind::kBoolean:
    case Kind::kObject:
    case Kind::kAny:
      break;
  }
}

}  // namespace

Json schema(const Rule& rule) {
  Json made = Json::object();
  add_type(rule, made);
  add_details(rule, made);
  if (!rule.description.empty()) made.set("description", rule.description);
  if (rule.default_value) made.set("default", *rule.default_value);
  return made;
}

}  // namespace loomgate::json
