// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/api_contract/garbage.h"

#include <fmt/format.h>

#include "tests/integration/api_contract/json_schema.h"

namespace loomgate::contract {
namespace {

using json::Type;
using json::View;

std::string quoted(const std::string& text) {
  return json::Json(text).dump();
}

std::string percent_encoded(const std::string& text) {
  std::string made;
  for (const char c : text) made += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return made;
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string made;
  for (std::size_t i = 0; i < times; ++i) made += text;
  return made;
}

// Bytes that have broken parsers, texts that have broken programs behind them.
const std::vector<std::string>& odd_texts() {
  static const std::vector<std::string> texts = {
      "", " ", "\t\n", "\x01\x02\x1f\x7f", "line\nbreak", "carriage\r\nPostUp = evil", "\xc2\x85\xe2\x80\xa8\xe2\x80\xae", "'; DROP TABLE nodes; --",
      "%s%n%x", "../../etc/passwd", "null", "NaN", "-0", "1e999", "\xf0\x9f\x92\xa5", "e\xcc\x81", "\xef\xbb\xbf" "bom",
      "cfg_000000000000", "node_000000000000", "group_000000000000", "10.66.0.1/32", "::1/129", "999.1.1.1", "0x10", "{}", "[]",
      std::string(300, 'a'), repeated("\xc3\xa9", 5000), "$(reboot)", "\\u0000", "<script>"};
  return texts;
}

const std::vector<std::string>& odd_values() {
  static const std::vector<std::string> values = {
      "null", "true", "false", "0", "-1", "1.5", "1e2", "65536", "2147483648", "-2147483649", "9007199254740993",
      "99999999999999999999999999", "1e308", "-1e308", "1e999", "0.1e-400", "[]", "{}", "[null]", "[[[]]]", R"({"a":{"b":[]}})",
      R"([1,"two",null,{}])", R"("\ud800")", R"("\u0000")", R"("\uD83D\uDE00")", R"("123")", R"(" 5 ")", "\"\xff\xfe\"", "\"\xc0\xaf\"",
      "\"\xed\xa0\x80\"", "\"raw\ncontrol\"", "01", "+1", "NaN", "Infinity", "'single'", "\"open"};
  return values;
}

}  // namespace

WrongRequest Garbage::make(const Operation& operation, const IdPool& pool) {
  wrongness_ = one_of<std::size_t>({0, 3, 10, 30, 100});
  WrongRequest made;
  made.method = operation.method;
  made.target = target(operation, pool, made.leaves_route);
  if (const auto schema = operation.body_schema()) {
    made.body = body(*schema, pool);
  } else if (chance(20)) {
    made.body = junk();
  }
  return made;
}

std::string Garbage::target(const Operation& operation, const IdPool& pool, bool& leaves_route) {
  std::string made;
  std::string_view rest = operation.path;
  while (!rest.empty()) {
    const auto open = std::min(rest.find('{'), rest.size());
    made += rest.substr(0, open);
    rest.remove_prefix(open);
    if (rest.empty()) break;
    const auto close = rest.find('}');
    made += path_value(std::string(rest.substr(1, close - 1)), pool, leaves_route);
    rest.remove_prefix(close + 1);
  }
  std::string query;
  const auto add = [&query](const std::string& pair) { query += (query.empty() ? "?" : "&") + pair; };
  for (const auto& parameter : operation.parameters("query")) {
    const std::string name(parameter.find("name")->string());
    for (int times = chance(85) ? 1 : 2; times > 0 && chance(90); --times) add(name + "=" + query_value(parameter, pool));
  }
  if (chance(10)) add(one_of<std::string>({"unknown=1", "=", "&&", "a=%FF", "b=%zz", "c[]=1", "d=%00", "%E2%82"}));
  return made + query;
}

std::string Garbage::path_value(const std::string& name, const IdPool& pool, bool& leaves_route) {
  if (chance(75)) return some_id(name, pool);
  if (chance(10)) {
    leaves_route = true;
    return "";
  }
  if (chance(20)) return one_of<std::string>({"%2F", "%00", "%FF", ".", "..", "%2e%2e", "%zz", "%E2%82", "a%2Fb", "%"});
  auto text = one_of(odd_texts());
  if (text.empty()) text = "x";
  return percent_encoded(text.substr(0, 1500));
}

std::string Garbage::query_value(View parameter, const IdPool& pool) {
  if (chance(wrongness_)) return percent_encoded(one_of(odd_texts()).substr(0, 1500));
  const auto value = fitting(*parameter.find("schema"), std::string(parameter.find("name")->string()), pool, 0);
  const bool is_text = value.size() >= 2 && value.front() == '"';
  return percent_encoded(is_text ? value.substr(1, value.size() - 2) : value);
}

std::string Garbage::body(View schema, const IdPool& pool) {
  if (chance(8)) return broken_document();
  auto text = fitting(schema, "", pool, 0);
  if (chance(3)) text.resize(below(text.size() + 1));
  if (chance(2) && !text.empty()) text[below(text.size())] = static_cast<char>(below(256));
  return text;
}

std::string Garbage::broken_document() {
  switch (below(8)) {
    case 0:
      return "";
    case 1:
      return repeated("[", 200) + repeated("]", 200);
    case 2:
      return repeated(R"({"a":)", 3000) + "1" + repeated("}", 3000);
    case 3:
      return "\xef\xbb\xbf{}";
    case 4:
      return "{} {}";
    case 5:
      return "// comment\n{}";
    case 6:
      return R"({"name":"x",})";
    default:
      return junk();
  }
}

std::string Garbage::fitting(View given, const std::string& name, const IdPool& pool, int depth) {
  const View schema = resolve(given, document_);
  if (depth > 0 && chance(wrongness_)) return junk();
  if (const auto any = schema.find("anyOf")) return fitting(one_of(any->items()), name, pool, depth);
  if (const auto choices = schema.find("enum")) return one_of(choices->items()).dump();
  const auto type = schema.find("type");
  if (!type) return junk();
  const bool may_be_null = type->is(Type::kArray);
  if (may_be_null && chance(20)) return "null";
  const std::string kind(may_be_null ? type->items().front().string() : type->string());
  if (kind == "object") return object(schema, pool, depth);
  if (kind == "array") {
    std::string items;
    for (std::size_t count = below(4); count > 0; --count)
      items += (items.empty() ? "" : ",") + fitting(*schema.find("items"), name, pool, depth + 1);
    return "[" + items + "]";
  }
  if (kind == "boolean") return chance(50) ? "true" : "false";
  if (kind == "string") return fitting_text(schema, name, pool);
  const auto least = schema.find("minimum") ? *schema.find("minimum")->integer() : 0;
  const auto most = schema.find("maximum") ? *schema.find("maximum")->integer() : 100000;
  return std::to_string(std::uniform_int_distribution<std::int64_t>(least, most)(random_));
}

std::string Garbage::object(View schema, const IdPool& pool, int depth) {
  std::string text;
  const auto add = [&text](const std::string& key, const std::string& value) {
    text += (text.empty() ? "" : ",") + quoted(key) + ":" + value;
  };
  if (const auto properties = schema.find("properties")) {
    const auto required = schema.find("required");
    for (const auto& [name, rule] : properties->members()) {
      const bool is_required = required && required->dump().find(quoted(std::string(name))) != std::string::npos;
      const std::size_t present = is_required ? 100 - std::min<std::size_t>(wrongness_, 50) : 40;
      if (!chance(present)) continue;
      add(std::string(name), fitting(rule, std::string(name), pool, depth + 1));
      if (chance(2)) add(std::string(name), fitting(rule, std::string(name), pool, depth + 1));
    }
  }
  if (const auto others = schema.find("additionalProperties"); others && others->is(Type::kObject)) {
    for (std::size_t count = below(3); count > 0; --count)
      add(some_id("node_id", pool), fitting(*others, "", pool, depth + 1));
  }
  if (chance(10)) add(one_of<std::string>({"unknown", "id", "__proto__", "", "name\n", "created_at"}), junk());
  return "{" + text + "}";
}

std::string Garbage::fitting_text(View schema, const std::string& name, const IdPool& pool) {
  if (name.ends_with("_id") || name.ends_with("_ids")) return quoted(some_id(name, pool));
  if (name == "allowed_ips" || name.ends_with("_ip")) return quoted(fmt::format("10.66.0.{}/32", below(256)));
  if (name.ends_with("_subnet")) return quoted(fmt::format("10.{}.0.0/{}", below(256), 8 + below(23)));
  if (name == "ipv4_address") return quoted(fmt::format("192.0.2.{}", below(256)));
  if (name == "ipv6_address") return quoted(fmt::format("2001:db8::{:x}", below(65536)));
  if (name == "format" || schema.find("format")) return quoted("2026-01-02T03:04:05.000006Z");
  if (chance(10)) return quoted(one_of(odd_texts()));
  return quoted(fmt::format("{}{}", name.empty() ? "text" : name.substr(0, 12), below(30)));
}

std::string Garbage::some_id(const std::string& name, const IdPool& pool) {
  const auto* ids = name.starts_with("config") ? &pool.configs
                    : name.find("node") != std::string::npos ? &pool.nodes
                    : name.starts_with("group") ? &pool.groups
                    : name.starts_with("rule") ? &pool.rules
                                               : nullptr;
  if (chance(5)) ids = one_of<const std::vector<std::string>*>({&pool.configs, &pool.nodes, &pool.groups, &pool.rules});
  if (ids == nullptr || ids->empty() || chance(3)) return fmt::format("{}{}", name.substr(0, 12), below(30));
  return one_of(*ids);
}

std::string Garbage::junk() {
  if (chance(40)) return quoted(one_of(odd_texts()));
  return one_of(odd_values());
}

}  // namespace loomgate::contract
