// SPDX-License-Identifier: Apache-2.0
// GET /api/v1/openapi.json and the reference page at /docs, which reads it. Both are public: they say what the source says.
#pragma once

#include <string>
#include <vector>

#include "daemon/http/openapi.h"
#include "daemon/http/route.h"

namespace loomgate::api {

// Made once with all routes and only read afterwards.
class Reference {
 public:
  std::vector<http::Route> routes();
  // Before the first request: every route as it is served, these included.
  void describe(const std::vector<http::Route>& routes, const http::ApiTitle& title);

 private:
  http::Response document(const http::Request& request) const;

  std::string text_;
  std::string packed_;  // gzip; empty: could not be made
  std::string tag_;     // ETag of the document
};

}  // namespace loomgate::api
