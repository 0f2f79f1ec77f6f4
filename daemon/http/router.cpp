// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/router.h"

#include <set>
#include <stdexcept>
#include <utility>

namespace loomgate::http {

namespace {

std::vector<std::string> split(std::string_view path) {
  if (!path.starts_with('/')) throw std::logic_error("http: a route's path starts with /: " + std::string(path));
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = path.find('/');
    segments.emplace_back(path.substr(0, end));
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

std::string join(const std::set<std::string>& methods) {
  std::string joined;
  for (const auto& method : methods) joined += (joined.empty() ? "" : ", ") + method;
  return joined;
}

}  // namespace

// One walk; exact children first, and back to the parameter when they lead nowhere or lack the method.
struct Router::Search {
  std::string_view method;
  const std::vector<std::string>& segments;
  std::set<std::string> allowed = {};
  std::vector<std::string> captured = {};

  const Route* walk(const Node& node, std::size_t depth) {
    if (depth == segments.size()) return at_end(node);
    if (const auto child = node.exact.find(segments[depth]); child != node.exact.end()) {
      if (const Route* route = walk(*child->second, depth + 1)) return route;
    }
    if (!node.parameter || segments[depth].empty()) return nullptr;
    captured.push_back(segments[depth]);
    const Route* const route = walk(*node.parameter, depth + 1);
    if (route == nullptr) captured.pop_back();
    return route;
  }

  const Route* at_end(const Node& node) {
    for (const auto& [name, route] : node.by_method) {
      if (name == method) return route;
      allowed.insert(name);
      if (name == "GET") allowed.insert("HEAD");
    }
    if (method != "HEAD") return nullptr;
    const auto get = node.by_method.find("GET");
    return get == node.by_method.end() ? nullptr : get->second;
  }
};

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) add(route);
}

void Router::add(const Route& route) {
  Node* node = &root_;
  for (const std::string& segment : split(route.path)) {
    std::unique_ptr<Node>& next = is_parameter(segment) ? node->parameter : node->exact[segment];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  if (!node->by_method.emplace(route.method, &route).second) {
    throw std::logic_error("http: two routes for " + route.method + " " + route.path);
  }
}

Router::Found Router::find(std::string_view method, const std::vector<std::string>& segments) const {
  Search search{method, segments};
  Found found;
  found.route = search.walk(root_, 0);
  if (found.route == nullptr) {
    if (!search.allowed.empty()) search.allowed.insert("OPTIONS");
    found.allowed = join(search.allowed);
    return found;
  }
  std::size_t next = 0;
  for (const std::string& segment : split(found.route->path)) {
    if (is_parameter(segment))
      found.params.emplace_back(segment.substr(1, segment.size() - 2), search.captured[next++]);
  }
  return found;
}

}  // namespace loomgate::http
