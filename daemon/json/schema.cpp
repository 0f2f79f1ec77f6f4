// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "daemon/json/rule.h"

namespace loomgate::json {

namespace {

Json whole(std::size_t value) {
  return Json(static_cast<std::int64_t>(value));
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

// One way of writing schemas: for requests or for responses, with shapes inline or elsewhere.
class Writer {
 public:
  Writer(SchemaUse use, const ShapePlace& place) : is_request_(use == SchemaUse::kRequest), place_(place) {}

  Json of(const Rule& rule) const {
    if (rule.kind == Kind::kShape && place_) return placed(rule);
    Json made = Json::object();
    add_type(rule, made);
    add_details(rule, made);
    add_notes(rule, made);
    return made;
  }

  void add_members(const ShapeData& shape, Json& made) const {
    Json properties = Json::object();
    Json required = Json::array();
    for (const Member& member : shape.members()) {
      Rule rule = member.rule;
      if (!is_request_) rule.is_nullable = member.may_be_null;
      properties.append(member.name, of(rule));
      if (is_request_ ? rule.is_required : !member.may_be_absent) required.push(member.name);
    }
    made.set("title", shape.name());
    made.set("properties", std::move(properties));
    if (required.view().size() > 0) made.set("required", std::move(required));
  }

 private:
  Json placed(const Rule& rule) const {
    Json made = place_(*rule.members);
    if (rule.is_nullable) {
      made = Json::object({{"anyOf", Json::array().push(std::move(made)).push(Json::object({{"type", "null"}}))}});
    }
    add_notes(rule, made);
    return made;
  }

  static void add_type(const Rule& rule, Json& made) {
    const char* const name = type_name(rule.kind);
    if (name == nullptr) return;
    if (rule.is_nullable) {
      made.set("type", Json::array().push(name).push("null"));
    } else {
      made.set("type", name);
    }
  }

  void add_details(const Rule& rule, Json& made) const {
    switch (rule.kind) {
      case Kind::kText:
        add_text(rule, made);
        break;
      case Kind::kInteger:
      case Kind::kNumber:
        if (rule.minimum != Rule::kLeast) made.set("minimum", rule.minimum);
        if (rule.maximum != Rule::kMost) made.set("maximum", rule.maximum);
        break;
      case Kind::kLiteral:
        add_literals(rule, made);
        break;
      case Kind::kTextList:
        made.set("items", of(text()));
        break;
      case Kind::kList:
        made.set("items", of(*rule.item));
        if (rule.min_length > 0) made.set("minItems", whole(rule.min_length));
        if (rule.max_length != Rule::kUnlimited) made.set("maxItems", whole(rule.max_length));
        break;
      case Kind::kMap:
        made.set("additionalProperties", of(*rule.item));
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

  void add_text(const Rule& rule, Json& made) const {
    if (rule.min_length > 0 || rule.blank_is_error)
      made.set("minLength", whole(std::max<std::size_t>(rule.min_length, 1)));
    if (rule.max_length != Rule::kUnlimited) made.set("maxLength", whole(rule.max_length));
    if (!rule.pattern.empty()) made.set("pattern", rule.pattern);
    if (!rule.format.empty()) made.set("format", rule.format);
    if (rule.is_secret && is_request_) made.set("writeOnly", true);
  }

  static void add_literals(const Rule& rule, Json& made) {
    Json allowed(rule.literals);
    if (rule.is_nullable) allowed.push(Json());
    made.set("enum", std::move(allowed));
  }

  void add_notes(const Rule& rule, Json& made) const {
    if (!rule.description.empty()) made.set("description", rule.description);
    if (rule.default_value && is_request_) made.set("default", *rule.default_value);
  }

  const bool is_request_;
  const ShapePlace& place_;
};

}  // namespace

Json schema(const Rule& rule, SchemaUse use, const ShapePlace& place) {
  return Writer(use, place).of(rule);
}

Json shape_schema(const ShapeData& shape, SchemaUse use, const ShapePlace& place) {
  Json made = Json::object({{"type", "object"}});
  Writer(use, place).add_members(shape, made);
  return made;
}

}  // namespace loomgate::json
