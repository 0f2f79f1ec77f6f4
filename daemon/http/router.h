// SPDX-License-Identifier: Apache-2.0
// Finds the route of a request in O(segments): a tree of segments, exact names before {parameters}.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/route.h"

namespace loomgate::http {

class Router {
 public:
  // std::logic_error for two routes of one method and path, or a path that does not start with "/".
  explicit Router(std::vector<Route> routes);

  struct Found {
    const Route* route = nullptr;  // null: unknown path, or known with other methods only
    Pairs params;
    std::string allowed;  // methods of the path, "GET, HEAD, OPTIONS"; empty: unknown path
  };
  // GET routes also answer HEAD.
  Found find(std::string_view method, const std::vector<std::string>& segments) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> exact;
    std::unique_ptr<Node> parameter;
    std::map<std::string, const Route*, std::less<>> by_method;
  };
  struct Search;

  void add(const Route& route);

  std::vector<Route> routes_;
  Node root_;
};

}  // namespace loomgate::http
