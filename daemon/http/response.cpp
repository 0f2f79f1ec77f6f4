// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/response.h"

#include <fmt/format.h>

#include <utility>

namespace loomgate::http {

namespace {

// RFC 8187: an ASCII fallback for old readers and the exact name in UTF-8.
std::string content_disposition(std::string_view filename) {
  std::string plain;
  std::string exact;
  for (const char c : filename) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_safe = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                         c == '-' || c == '_' || c == '.';
    plain += is_safe ? c : '_';
    exact += is_safe ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain, exact);
}

}  // namespace

// Put together as text: an envelope made of values would copy all of the data twice.
Response ok(const json::Json& data) {
  Response response;
  response.body = R"({"success":true,"data":)" + data.dump() + "}";
  return response;
}

Response failure(const Error& error) {
  Response response = json_response(error.code().status,
                                    json::Json::object({{"success", false},
                                                        {"error", json::Json::object({{"code", error.code().code},
                                                                                      {"message", error.message()},
                                                                                      {"detail", error.detail()}})}}));
  const auto wait = error.detail().view().find("retry_after");
  if (error.code().status == 429 && wait && wait->is(json::Type::kNumber)) {
    response.headers.emplace_back("Retry-After", fmt::format("{}", wait->integer().value_or(1)));
  }
  return response;
}

Response json_response(int status, const json::Json& body) {
  Response response;
  response.status = status;
  response.body = body.dump();
  return response;
}

Response text_response(int status, std::string text, std::string content_type) {
  Response response;
  response.status = status;
  response.content_type = std::move(content_type);
  response.body = std::move(text);
  return response;
}

Response download(std::string content, std::string content_type, std::string_view filename) {
  Response response = text_response(200, std::move(content), std::move(content_type));
  response.headers.emplace_back("Content-Disposition", content_disposition(filename));
  return response;
}

Response stream_response(std::shared_ptr<Stream> stream, std::string content_type) {
  Response response;
  response.content_type = std::move(content_type);
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.headers.emplace_back("X-Accel-Buffering", "no");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (stream->gzip()) response.headers.emplace_back("Content-Encoding", "gzip");
  response.stream = std::move(stream);
  return response;
}

Response unauthorized() {
  return json_response(401, json::Json::object({{"detail", "Unauthorized"}}));
}

Response not_found() {
  return json_response(404, json::Json::object({{"detail", "Not Found"}}));
}

Response method_not_allowed(const std::string& allowed) {
  Response response = json_response(405, json::Json::object({{"detail", "Method Not Allowed"}}));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

}  // namespace loomgate::http
