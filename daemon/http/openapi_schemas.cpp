// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/openapi_schemas.h"

#include <stdexcept>
#include <utility>

namespace loomgate::http {

json::Json SchemaBook::refer(const json::Rule& rule, json::SchemaUse use) {
  return json::schema(rule, use, [this, use](const json::ShapeData& shape) { return place(shape, use); });
}

json::Json SchemaBook::place(const json::ShapeData& shape, json::SchemaUse use) {
  auto& name = names_[{&shape, use}];
  if (name.empty()) {
    json::Json schema = json::shape_schema(
        shape, use, [this, use](const json::ShapeData& nested) { return place(nested, use); });
    std::string text = schema.dump();
    name = name_for(shape, text);
    entries_.try_emplace(name, Entry{std::move(text), std::move(schema)});
  }
  return json::Json::object({{"$ref", json::Json("#/components/schemas/" + name)}});
}

// Two shapes may say the same under one name (a type that is written and read the same way); a second meaning of a name is
// what is sent, because answers are asked for first.
std::string SchemaBook::name_for(const json::ShapeData& shape, const std::string& text) {
  for (const std::string& name : {shape.name(), shape.name() + "Input"}) {
    const auto taken = entries_.find(name);
    if (taken == entries_.end() || taken->second.text == text) return name;
  }
  throw std::logic_error("openapi: two different shapes are called " + shape.name());
}

json::Json SchemaBook::write(std::map<std::string, json::Json> more) const {
  for (const auto& [name, entry] : entries_) more.emplace(name, entry.schema);
  json::Json schemas = json::Json::object();
  for (auto& [name, schema] : more) schemas.append(name, std::move(schema));
  return schemas;
}

}  // namespace loomgate::http
