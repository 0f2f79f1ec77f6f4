// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/json.h"

#include <cjson/cJSON.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <stdexcept>
#include <unordered_set>

#include "daemon/json/grammar.h"
#include "daemon/json/unicode.h"

namespace loomgate::json {

namespace {

constexpr double kExact = 9007199254740992.0;  // 2^53

cJSON* must(cJSON* node) {
  if (node == nullptr) throw std::bad_alloc();
  return node;
}

void must(cJSON_bool done) {
  if (!done) throw std::bad_alloc();
}

void want(bool right_type) {
  if (!right_type) throw std::logic_error("json: value is of another type");
}

cJSON* make_string(std::string_view text) {
  return must(cJSON_CreateString(repair_utf8(text).c_str()));
}

// Of equal keys only the last stays, so that every reader sees the same object.
void drop_shadowed_members(cJSON* node) {
  const bool has_several = cJSON_IsObject(node) && node->child != nullptr && node->child->next != nullptr;
  std::unordered_set<std::string_view> later;  // keys of members that stay
  // From the back; cJSON keeps the last child in the first one's prev.
  for (cJSON* child = has_several ? node->child->prev : nullptr; child != nullptr;) {
    cJSON* const before = child == node->child ? nullptr : child->prev;
    if (!later.insert(child->string).second) cJSON_Delete(cJSON_DetachItemViaPointer(node, child));
    child = before;
  }
  for (cJSON* child = node->child; child != nullptr; child = child->next) drop_shadowed_members(child);
}

bool needs_escape(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F || c == '"' || c == '\\';
}

void write_text(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(std::ranges::find_if(text, needs_escape) - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
    }
  }
  out += '"';
}

void write_number(double value, std::string& out) {
  if (!std::isfinite(value)) {
    out += "null";  // JSON has no other word for it
  } else if (value == std::trunc(value) && std::fabs(value) <= kExact) {
    fmt::format_to(std::back_inserter(out), "{}", static_cast<std::int64_t>(value));
  } else {
    fmt::format_to(std::back_inserter(out), "{}", value);
  }
}

// Our own writer: cJSON prints whole numbers from 1e15 on with an exponent, which integer readers refuse.
void write_node(const cJSON* node, std::string& out) {
  if (node == nullptr || cJSON_IsNull(node)) {
    out += "null";
  } else if (cJSON_IsBool(node)) {
    out += cJSON_IsTrue(node) ? "true" : "false";
  } else if (cJSON_IsNumber(node)) {
    write_number(node->valuedouble, out);
  } else if (cJSON_IsString(node)) {
    write_text(node->valuestring, out);
  } else {
    const bool is_object = cJSON_IsObject(node);
    out += is_object ? '{' : '[';
    for (const cJSON* child = node->child; child != nullptr; child = child->next) {
      if (child != node->child) out += ',';
      if (is_object) {
        write_text(child->string, out);
        out += ':';
      }
      write_node(child, out);
    }
    out += is_object ? '}' : ']';
  }
}

}  // namespace

struct ParseAccess {
  static Json adopt(cJSON* node) { return Json(node); }
  // For handing the tree to a parent; null values become real nodes there.
  static cJSON* release(Json& value) {
    cJSON* const node = value.node_ == nullptr ? must(cJSON_CreateNull()) : value.node_;
    value.node_ = nullptr;
    return node;
  }
};

Type View::type() const {
  if (node_ == nullptr || cJSON_IsNull(node_)) return Type::kNull;
  if (cJSON_IsBool(node_)) return Type::kBool;
  if (cJSON_IsNumber(node_)) return Type::kNumber;
  if (cJSON_IsString(node_)) return Type::kString;
  if (cJSON_IsArray(node_)) return Type::kArray;
  return Type::kObject;
}

bool View::boolean() const {
  want(is(Type::kBool));
  return cJSON_IsTrue(node_);
}

double View::number() const {
  want(is(Type::kNumber));
  return node_->valuedouble;
}

std::optional<std::int64_t> View::integer() const {
  const double value = number();
  if (value != std::trunc(value) || std::fabs(value) > kExact) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::string_view View::string() const {
  want(is(Type::kString));
  return node_->valuestring;
}

std::size_t View::size() const {
  want(is(Type::kArray) || is(Type::kObject));
  std::size_t count = 0;
  for (const cJSON* child = node_->child; child != nullptr; child = child->next) ++count;
  return count;
}

std::optional<View> View::find(std::string_view key) const {
  want(is(Type::kObject));
  for (const cJSON* child = node_->child; child != nullptr; child = child->next) {
    if (key == child->string) return View(child);
  }
  return std::nullopt;
}

std::vector<View> View::items() const {
  want(is(Type::kArray));
  std::vector<View> all;
  for (const cJSON* child = node_->child; child != nullptr; child = child->next) all.emplace_back(child);
  return all;
}

std::vector<std::pair<std::string_view, View>> View::members() const {
  want(is(Type::kObject));
  std::vector<std::pair<std::string_view, View>> all;
  for (const cJSON* child = node_->child; child != nullptr; child = child->next)
    all.emplace_back(child->string, View(child));
  return all;
}

std::string View::dump() const {
  std::string out;
  write_node(node_, out);
  return out;
}

Json::Json() : node_(nullptr) {}
Json::Json(bool value) : node_(must(cJSON_CreateBool(value))) {}
Json::Json(int value) : node_(must(cJSON_CreateNumber(value))) {}
Json::Json(std::int64_t value) : node_(must(cJSON_CreateNumber(static_cast<double>(value)))) {}
Json::Json(double value) : node_(must(cJSON_CreateNumber(value))) {}
Json::Json(const char* text) : node_(make_string(text)) {}
Json::Json(std::string_view text) : node_(make_string(text)) {}
Json::Json(const Json& other) : node_(other.node_ == nullptr ? nullptr : must(cJSON_Duplicate(other.node_, true))) {}
Json::Json(Json&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
Json::~Json() {
  cJSON_Delete(node_);
}

Json& Json::operator=(Json other) noexcept {
  std::swap(node_, other.node_);
  return *this;
}

Json Json::object() {
  return Json(must(cJSON_CreateObject()));
}
Json Json::array() {
  return Json(must(cJSON_CreateArray()));
}

Json Json::object(std::initializer_list<std::pair<const char*, Json>> members) {
  Json made = object();
  for (const auto& [key, value] : members) made.set(key, value);
  return made;
}

Json Json::copy_of(View view) {
  if (view.node() == nullptr) return Json();
  return Json(must(cJSON_Duplicate(view.node(), true)));
}

Json& Json::set(std::string_view key, Json value) {
  if (const auto old = view().find(key)) {
    // Only this Json owns the tree, so the constness of the view is ours to drop.
    cJSON_Delete(cJSON_DetachItemViaPointer(node_, const_cast<cJSON*>(old->node())));
  }
  return append(key, std::move(value));
}

Json& Json::append(std::string_view key, Json value) {
  want(view().is(Type::kObject));
  must(cJSON_AddItemToObject(node_, repair_utf8(key).c_str(), ParseAccess::release(value)));
  return *this;
}

Json& Json::push(Json value) {
  want(view().is(Type::kArray));
  must(cJSON_AddItemToArray(node_, ParseAccess::release(value)));
  return *this;
}

ParseResult parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.max_bytes) return {std::nullopt, "Too large"};
  if (const char* fault = grammar_fault(text)) return {std::nullopt, fault};
  cJSON* const tree = cJSON_ParseWithLength(text.data(), text.size());
  if (tree == nullptr) return {std::nullopt, "Invalid JSON"};
  Json value = ParseAccess::adopt(tree);
  drop_shadowed_members(tree);
  return {std::move(value), {}};
}

}  // namespace loomgate::json
