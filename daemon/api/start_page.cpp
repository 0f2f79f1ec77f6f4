// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/start_page.h"

#include <string>

#include "daemon/api/page_files.h"

namespace loomgate::api {

std::optional<http::Response> start_page(const http::Request& request) {
  const std::string name = request.path == "/" ? "index.html" : request.path.substr(1);
  for (const auto& file : start_page_files()) {
    if (name == file.name) return page_file(file);
  }
  return std::nullopt;
}

}  // namespace loomgate::api
