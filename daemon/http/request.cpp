// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/request.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <stdexcept>

namespace loomgate::http {

namespace {

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  });
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (auto pair = query.rbegin(); pair != query.rend(); ++pair) {
    if (pair->first == name) return pair->second;
  }
  return std::nullopt;
}

std::optional<std::string_view> Request::bearer() const {
  constexpr std::string_view kScheme = "bearer";
  const auto value = header("authorization");
  if (!value || value->size() <= kScheme.size() || (*value)[kScheme.size()] != ' ') return std::nullopt;
  if (!equal_ignoring_case(value->substr(0, kScheme.size()), kScheme)) return std::nullopt;
  std::string_view token = value->substr(kScheme.size());
  while (token.starts_with(' ')) token.remove_prefix(1);
  while (token.ends_with(' ')) token.remove_suffix(1);
  if (token.empty()) return std::nullopt;
  return token;
}

const std::string& Context::path(std::string_view name) const {
  for (const auto& [key, value] : path_params_) {
    if (key == name) return value;
  }
  throw std::logic_error("http: the route has no {" + std::string(name) + "}");
}

std::optional<json::Json> Context::parsed_body(json::Problems& problems) const {
  if (request_.body.empty()) return std::nullopt;
  auto parsed = json::parse(request_.body, {.max_bytes = request_.body.size()});
  if (parsed.value) return std::move(parsed.value);
  problems.push_back(
      {"json_invalid", {std::string("body")}, "JSON decode error", json::Json::object({{"error", parsed.reason}})});
  return std::nullopt;
}

std::optional<json::Json> Context::raw_body() const {
  json::Problems problems;
  auto document = parsed_body(problems);
  if (!problems.empty()) throw validation_error(problems);
  return document;
}

json::Json Context::query_object() const {
  std::map<std::string_view, std::string_view> last;
  for (const auto& [key, value] : request_.query) last[key] = value;
  json::Json object = json::Json::object();
  for (const auto& [key, value] : last) object.append(key, value);
  return object;
}

}  // namespace loomgate::http
