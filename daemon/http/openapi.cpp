// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/openapi.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "daemon/http/openapi_schemas.h"

namespace loomgate::http {

namespace {

using json::Json;
using json::SchemaUse;

constexpr const char* kJsonType = "application/json";
constexpr const char* kDescription =
    "Answers are enveloped: {\"success\": true, \"data\": ...} or {\"success\": false, \"error\": {\"code\", \"message\", "
    "\"detail\"}}. Clients act on error.code; messages are free text. Every answer carries X-Request-Id. Unknown members of a "
    "request are ignored. A path that no operation has answers 404 {\"detail\": \"Not Found\"}.";

std::vector<std::string> path_names(const std::string& path) {
  std::vector<std::string> names;
  for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{', open)) {
    const std::size_t close = path.find('}', open);
    names.push_back(path.substr(open + 1, close - open - 1));
    open = close;
  }
  return names;
}

// "GET /api/v1/configs/{config_id}" -> "get_configs_config_id"
std::string operation_id(const Route& route) {
  std::string_view path = route.path;
  if (path.starts_with("/api/v1/")) path.remove_prefix(7);
  std::string id;
  for (const char c : route.method + std::string(path)) {
    if (c == '{' || c == '}') continue;
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    id += is_letter ? c : (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : '_';
  }
  return id;
}

// The group of the reference page: the first name after the prefix.
std::string tag_of(const Route& route) {
  std::string_view path = route.path;
  if (!path.starts_with("/api/")) return "service";
  path.remove_prefix(5);
  if (path.starts_with("v1/")) path.remove_prefix(3);
  return std::string(path.substr(0, path.find('/')));
}

Json security_of(Access access) {
  const auto need = [](const char* scheme) { return Json::object({{scheme, Json::array()}}); };
  switch (access) {
    case Access::kAdmin:
      return Json::array().push(need("session"));
    case Access::kToken:
      return Json::array().push(need("download_token"));
    case Access::kAdminOrToken:
      return Json::array().push(need("session")).push(need("download_token"));
    case Access::kInternal:
      return Json::array().push(need("internal_key"));
    case Access::kMcp:
      return Json::array().push(need("mcp_token"));
    case Access::kPublic:
      break;
  }
  return Json::array();
}

Json security_schemes() {
  const auto bearer = [](const char* what) {
    return Json::object({{"type", "http"}, {"scheme", "bearer"}, {"description", what}});
  };
  const auto key = [](const char* place, const char* name, const char* what) {
    return Json::object({{"type", "apiKey"}, {"in", place}, {"name", name}, {"description", what}});
  };
  return Json::object({{"session", bearer("access_token of a log-in")},
                       {"download_token", key("query", "download_token", "Bound to one file")},
                       {"internal_key", key("header", "x-wfm-internal-key", "Shared with the broker")},
                       {"mcp_token", bearer("A token of MCP access")}});
}

Json error_schema() {
  const auto text = [] { return Json::object({{"type", "string"}}); };
  const Json error = Json::object({{"type", "object"},
                                   {"required", Json::array().push("code").push("message").push("detail")},
                                   {"properties", Json::object({{"code", text()},
                                                                {"message", text()},
                                                                {"detail", Json::object({{"type", "object"}})}})}});
  return Json::object({{"title", "Error"},
                       {"type", "object"},
                       {"required", Json::array().push("success").push("error")},
                       {"properties", Json::object({{"success", Json::object({{"const", false}})}, {"error", error}})}});
}

// The one refusal without an envelope: see unauthorized().
Json without_key() {
  const Json detail = Json::object({{"detail", Json::object({{"const", "Unauthorized"}})}});
  const Json schema =
      Json::object({{"type", "object"}, {"required", Json::array().push("detail")}, {"properties", detail}});
  return Json::object({{"description", "Unauthorized"},
                       {"content", Json::object({{kJsonType, Json::object({{"schema", schema}})}})}});
}

// One document in the making.
class Document {
 public:
  Document(const std::vector<Route>& routes, const ApiTitle& title) : title_(title) {
    for (const Route& route : routes) paths_[route.path].push_back(&route);
    for (const Route& route : routes) answers_.emplace(&route, responses(route));  // these name their shapes first
  }

  Json write() {
    Json paths = Json::object();
    for (const auto& [path, routes] : paths_) {
      Json item = Json::object();
      for (const Route* route : routes) item.append(lower(route->method), operation(*route));
      paths.append(path, std::move(item));
    }
    Json components = Json::object({{"schemas", book_.write({{"Error", error_schema()}})},
                                    {"securitySchemes", security_schemes()}});
    return Json::object({{"openapi", "3.1.0"},
                         {"info", Json::object({{"title", json::Json(title_.name)},
                                                {"version", json::Json(title_.version)},
                                                {"description", kDescription}})},
                         {"servers", Json::array().push(Json::object({{"url", "/"}}))},
                         {"paths", std::move(paths)},
                         {"components", std::move(components)}});
  }

 private:
  static std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
  }

  Json operation(const Route& route) {
    Json made = Json::object({{"operationId", operation_id(route)},
                              {"summary", route.summary},
                              {"tags", Json::array().push(tag_of(route))},
                              {"security", security_of(route.access)}});
    if (Json found = parameters(route); found.view().size() > 0) made.append("parameters", std::move(found));
    if (route.request) {
      Json content = Json::object(
          {{kJsonType, Json::object({{"schema", book_.refer(*route.request, SchemaUse::kRequest)}})}});
      made.append("requestBody", Json::object({{"required", route.request->is_required || !route.request->is_nullable},
                                               {"content", std::move(content)}}));
    }
    made.append("responses", answers_.at(&route));
    return made;
  }

  Json parameters(const Route& route) {
    Json found = Json::array();
    for (const std::string& name : path_names(route.path)) {
      found.push(Json::object({{"name", name},
                               {"in", "path"},
                               {"required", true},
                               {"schema", Json::object({{"type", "string"}, {"minLength", 1}})}}));
    }
    if (!route.query) return found;
    for (const json::Member& member : route.query->members->members()) {
      found.push(Json::object({{"name", member.name},
                               {"in", "query"},
                               {"required", member.rule.is_required},
                               {"schema", book_.refer(member.rule, SchemaUse::kRequest)}}));
    }
    return found;
  }

  Json responses(const Route& route) {
    Json made = Json::object({{"200", success(route)}});
    std::map<int, std::vector<std::string>> codes;
    for (const ErrorCode& code : all_errors(route)) codes[code.status].emplace_back(code.code);
    if (route.access == Access::kInternal) made.append("401", without_key());
    for (const auto& [status, names] : codes) made.append(std::to_string(status), failure(route, status, names));
    return made;
  }

  Json success(const Route& route) {
    Json made = Json::object({{"description", "Done"}});
    if (!route.response) {
      const std::string type = route.content_type.empty() ? "text/plain" : route.content_type;
      made.append("content", Json::object().set(type, Json::object()));
      return made;
    }
    Json schema = book_.refer(*route.response, SchemaUse::kResponse);
    if (route.enveloped) {
      schema = Json::object({{"type", "object"},
                             {"required", Json::array().push("success").push("data")},
                             {"properties", Json::object({{"success", Json::object({{"const", true}})},
                                                          {"data", std::move(schema)}})}});
    }
    made.append("content", Json::object({{kJsonType, Json::object({{"schema", std::move(schema)}})}}));
    return made;
  }

  Json failure(const Route& route, int status, const std::vector<std::string>& codes) {
    const Json code = Json::object({{"enum", Json(codes)}});
    const Json error = Json::object({{"properties", Json::object({{"code", code}})}});
    const Json narrowed = Json::object({{"properties", Json::object({{"error", error}})}});
    const Json known = Json::object({{"$ref", "#/components/schemas/Error"}});
    Json schema = Json::object({{"allOf", Json::array().push(known).push(narrowed)}});
    // What answers without an envelope says with its own body that it is not well.
    if (!route.enveloped && route.response && status == 503) {
      schema = Json::object({{"anyOf", Json::array().push(std::move(schema)).push(
                                           book_.refer(*route.response, SchemaUse::kResponse))}});
    }
    return Json::object({{"description", fmt::format("{}", fmt::join(codes, ", "))},
                         {"content", Json::object({{kJsonType, Json::object({{"schema", std::move(schema)}})}})}});
  }

  const ApiTitle& title_;
  SchemaBook book_;
  std::map<std::string, std::vector<const Route*>> paths_;
  std::map<const Route*, Json> answers_;
};

}  // namespace

Json openapi(const std::vector<Route>& routes, const ApiTitle& title) {
  return Document(routes, title).write();
}

}  // namespace loomgate::http
