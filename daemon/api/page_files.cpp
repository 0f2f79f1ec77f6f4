// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/page_files.h"

#include <string>

namespace loomgate::api {
namespace {

// Nothing but our own files, no framing, forms go nowhere else.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";

const char* content_type(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  return "text/html; charset=utf-8";
}

}  // namespace

http::Response page_file(const PageFile& file) {
  auto response = http::text_response(200, std::string(file.content), content_type(file.name));
  response.headers.emplace_back("Content-Security-Policy", kPolicy);
  response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
}

}  // namespace loomgate::api
