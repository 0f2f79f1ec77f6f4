// SPDX-License-Identifier: Apache-2.0
// Talks to a daemon as the console and scripts do. One connection, one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/json/json.h"

namespace loomgate::harness {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct ApiAnswer {
  int status = 0;       // 0: no answer
  HttpHeaders headers;  // names in lower case
  std::string body;
  json::Json json;  // null when the body is no JSON

  std::optional<std::string> header(std::string_view name) const;
  // "data.nodes.0.id": members and list indices from the top; nullopt when there is no such thing.
  std::optional<json::View> at(std::string_view path) const;
  // Of that type, else a test failure would hide: an empty text, -1, false.
  std::string text(std::string_view path) const;
  std::int64_t integer(std::string_view path) const;
  bool boolean(std::string_view path) const;
  std::string error_code() const { return text("error.code"); }
};

class ApiClient {
 public:
  explicit ApiClient(std::string base_url);
  ~ApiClient();
  ApiClient(ApiClient&&) noexcept;

  // Sent with every later request; empty: none.
  void set_bearer(std::string token) { bearer_ = std::move(token); }
  const std::string& bearer() const { return bearer_; }

  ApiAnswer get(const std::string& path) { return request("GET", path); }
  ApiAnswer post(const std::string& path, const std::string& body = "") { return request("POST", path, body); }
  ApiAnswer put(const std::string& path, const std::string& body) { return request("PUT", path, body); }
  ApiAnswer del(const std::string& path, const std::string& body = "") { return request("DELETE", path, body); }
  // A header that is given here replaces ours of that name.
  ApiAnswer request(const std::string& method, const std::string& path, const std::string& body = "",
                    const HttpHeaders& headers = {});

  // Sets the administrator's password, or logs in when that was done, and keeps the session as the bearer.
  void sign_in(const std::string& password = "correct horse battery");

 private:
  struct Handle;
  std::string base_url_;
  std::string bearer_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace loomgate::harness
