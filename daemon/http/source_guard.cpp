// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/source_guard.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "daemon/base/error_codes.h"
#include "daemon/json/unicode.h"

namespace loomgate::http {

namespace {

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return lowered;
}

std::string_view tidy(std::string_view origin) {
  origin = json::trim(origin);
  if (origin.ends_with('/')) origin.remove_suffix(1);
  return origin;
}

std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool is_port = error == std::errc() && end == text.data() + text.size() && port > 0 && port <= 65535;
  return is_port ? std::optional(port) : std::nullopt;
}

// "host", "host:8000", "[::1]:8000" of a scheme.
std::optional<Origin> parse_authority(std::string scheme, std::string_view authority) {
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  Origin origin{std::move(scheme), lower(authority.substr(0, colon)), 0};
  origin.port = origin.scheme == "https" ? 443 : 80;
  if (colon != std::string_view::npos) {
    const auto port = parse_port(authority.substr(colon + 1));
    if (!port) return std::nullopt;
    origin.port = *port;
  }
  const bool is_host = !origin.host.empty() && origin.host.find_first_of("@ /?#\\") == std::string::npos;
  return is_host ? std::optional(std::move(origin)) : std::nullopt;
}

Origin origin_of_setting(const std::string& text, const char* setting) {
  auto origin = parse_origin(tidy(text));
  if (!origin)
    throw std::invalid_argument(std::string(setting) + " holds \"" + text +
                                "\", which is not an origin like https://mesh.example:8443");
  return *origin;
}

}  // namespace

std::optional<Origin> parse_origin(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string scheme = lower(text.substr(0, end));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  return parse_authority(scheme, text.substr(end + 3));
}

SourceGuard::SourceGuard(const SourceSettings& settings) {
  if (!json::trim(settings.public_origin).empty()) {
    public_origin_ = origin_of_setting(settings.public_origin, "WFM_PUBLIC_ORIGIN");
    origins_.push_back(*public_origin_);
  }
  for (const std::string& extra : settings.extra_origins) {
    origins_.push_back(origin_of_setting(extra, "WFM_EXTRA_ALLOWED_ORIGINS"));
  }
  active_ = public_origin_ && !settings.dev_api;
}

std::optional<Error> SourceGuard::check(std::string_view path, std::optional<std::string_view> host,
                                        std::optional<std::string_view> origin) const {
  if (!active_ || path.starts_with("/api/internal/")) return std::nullopt;
  const std::string_view given = json::trim(host.value_or(""));
  const std::size_t scheme = given.find("://");
  const std::string_view authority = scheme == std::string_view::npos ? given : tidy(given.substr(scheme + 3));
  const auto wanted = parse_authority(public_origin_->scheme, authority);
  if (!wanted || *wanted != *public_origin_) {
    return Error(errors::kPublicHostRejected, "This host is not the public address of this server");
  }
  if (origin && !allows(*origin)) return Error(errors::kPublicOriginRejected, "This origin is not allowed");
  return std::nullopt;
}

bool SourceGuard::allows(std::string_view origin) const {
  const auto parsed = parse_origin(tidy(origin));
  return parsed && std::ranges::find(origins_, *parsed) != origins_.end();
}

void SourceGuard::add_cors_headers(const Request& request, Response& response) const {
  const auto origin = request.header("origin");
  if (!origin || !allows(*origin)) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", json::trim(*origin));
  response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
  response.headers.emplace_back("Vary", "Origin");
}

std::optional<Response> SourceGuard::preflight(const Request& request) const {
  const auto origin = request.header("origin");
  const bool is_preflight = request.method == "OPTIONS" && origin && request.header("access-control-request-method");
  if (!is_preflight) return std::nullopt;
  if (!allows(*origin)) return text_response(400, "Disallowed CORS origin");
  Response response = text_response(200, "OK");
  response.headers.emplace_back("Access-Control-Allow-Methods", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
  response.headers.emplace_back("Access-Control-Max-Age", "600");
  if (const auto wanted = request.header("access-control-request-headers")) {
    response.headers.emplace_back("Access-Control-Allow-Headers", *wanted);
  }
  return response;
}

}  // namespace loomgate::http
