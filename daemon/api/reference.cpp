// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/reference.h"

#include "daemon/api/page_files.h"
#include "daemon/http/compression.h"
#include "plugin/base/digest.h"

namespace loomgate::api {
namespace {

http::Route page_route(const PageFile& file) {
  const bool is_page = file.name == "index.html";
  return {.method = "GET",
          .path = is_page ? "/docs" : "/docs/" + std::string(file.name),
          .access = http::Access::kPublic,
          .summary = is_page ? "The API reference, for people" : "A file of the API reference",
          .content_type = is_page ? "text/html" : file.name.ends_with(".css") ? "text/css" : "text/javascript",
          .handler = [&file](const http::Context&) { return page_file(file); }};
}

}  // namespace

std::vector<http::Route> Reference::routes() {
  std::vector<http::Route> all;
  // The page reads its own path: the prefix of the other is a setting.
  for (const char* path : {"/api/v1/openapi.json", "/docs/openapi.json"}) {
    all.push_back({.method = "GET",
                   .path = path,
                   .access = http::Access::kPublic,
                   .summary = "This API as an OpenAPI 3.1 document",
                   .response = json::object(),
                   .enveloped = false,
                   .handler = [this](const http::Context& context) { return document(context.request()); }});
  }
  for (const PageFile& file : reference_page_files()) all.push_back(page_route(file));
  return all;
}

void Reference::describe(const std::vector<http::Route>& routes, const http::ApiTitle& title) {
  text_ = http::openapi(routes, title).dump();
  packed_ = http::gzip(text_).value_or("");
  tag_ = '"' + sha256_hex(text_).substr(0, 32) + '"';
}

http::Response Reference::document(const http::Request& request) const {
  http::Response response;
  response.headers.emplace_back("ETag", tag_);
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (request.header("if-none-match") == tag_) {
    response.status = 304;
    return response;
  }
  const bool is_packed = !packed_.empty() && http::accepts_gzip(request.header("accept-encoding").value_or(""));
  if (is_packed) response.headers.emplace_back("Content-Encoding", "gzip");
  response.body = is_packed ? packed_ : text_;
  return response;
}

}  // namespace loomgate::api
