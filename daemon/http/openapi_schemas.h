// SPDX-License-Identifier: Apache-2.0
// The shapes that an OpenAPI document refers to, each described once.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "daemon/json/rule.h"

namespace loomgate::http {

class SchemaBook {
 public:
  // The schema of a rule; its shapes become $refs into this book.
  json::Json refer(const json::Rule& rule, json::SchemaUse use);
  // components.schemas, in the order of their names. `more` are schemas that no shape stands for.
  json::Json write(std::map<std::string, json::Json> more) const;

 private:
  json::Json place(const json::ShapeData& shape, json::SchemaUse use);
  std::string name_for(const json::ShapeData& shape, const std::string& text);

  struct Entry {
    std::string text;  // of the schema: equal texts are one schema
    json::Json schema;
  };
  std::map<std::string, Entry> entries_;
  std::map<std::pair<const json::ShapeData*, json::SchemaUse>, std::string> names_;
};

}  // namespace loomgate::http
