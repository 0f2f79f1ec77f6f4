// SPDX-License-Identifier: Apache-2.0
// Who may talk to this deployment from where: Host and Origin (spec http-api 2.3, auth 7) and CORS (2.4). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/error.h"
#include "daemon/http/response.h"

namespace loomgate::http {

struct SourceSettings {
  std::string public_origin = {};               // WFM_PUBLIC_ORIGIN, "https://mesh.example"; empty: no guard
  std::vector<std::string> extra_origins = {};  // WFM_EXTRA_ALLOWED_ORIGINS: widen Origin, never Host
  bool dev_api = false;                         // WFM_ENABLE_DEV_TEST_API turns the guard off
};

// "https://Mesh.Example:443/" -> {"https", "mesh.example", 443}; nullopt when there is no scheme or host, or a user
// name.
struct Origin {
  std::string scheme;
  std::string host;
  int port = 0;
  bool operator==(const Origin&) const = default;
};
std::optional<Origin> parse_origin(std::string_view text);

class SourceGuard {
 public:
  // std::invalid_argument, with a sentence that names the setting, for an origin that is set but is none.
  explicit SourceGuard(const SourceSettings& settings);

  // The 403 to answer, or nullopt. Default ports may be written or left out.
  std::optional<Error> check(std::string_view path, std::optional<std::string_view> host,
                             std::optional<std::string_view> origin) const;

  // CORS. An allowed origin gets its headers on every answer; a preflight is answered here (200, or 400 for other
  // origins).
  bool allows(std::string_view origin) const;
  void add_cors_headers(const Request& request, Response& response) const;
  std::optional<Response> preflight(const Request& request) const;

 private:
  bool active_ = false;
  std::optional<Origin> public_origin_;
  std::vector<Origin> origins_;  // public and extra
};

}  // namespace loomgate::http
