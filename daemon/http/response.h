// SPDX-License-Identifier: Apache-2.0
// Answers of a handler, and the envelope of spec http-api 1.3.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "daemon/base/error.h"
#include "daemon/http/request.h"
#include "daemon/http/stream.h"

namespace loomgate::http {

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  Pairs headers;  // beside Content-Type and those that the server adds to every answer
  std::string body;
  std::shared_ptr<Stream> stream;  // when set, it is the body
};

// {"success": true, "data": data}
Response ok(const json::Json& data);
template <json::Described T>
Response ok(const T& data) {
  return ok(json::write(data));
}
template <json::Described T>
Response ok(const std::vector<T>& data) {
  return ok(json::write(data));
}
// {"success": false, "error": {"code", "message", "detail"}}; 429 with an integer detail.retry_after also gets
// Retry-After.
Response failure(const Error& error);

// Without the envelope.
Response json_response(int status, const json::Json& body);
Response text_response(int status, std::string text, std::string content_type = "text/plain; charset=utf-8");
// `filename` is offered to the browser as the name to save under; any UTF-8.
Response download(std::string content, std::string content_type, std::string_view filename);
// Says Content-Encoding when the stream is one with gzip.
Response stream_response(std::shared_ptr<Stream> stream, std::string content_type);
// {"detail": "Unauthorized"}: what another program that shares a key with us gets without it (spec 7.3).
Response unauthorized();
// {"detail": "Not Found"} and {"detail": "Method Not Allowed"} with Allow (spec 1.2).
Response not_found();
Response method_not_allowed(const std::string& allowed);

}  // namespace loomgate::http
