// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/actor.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include "daemon/http/client_address.h"

namespace loomgate::api {
namespace {

bool is_loopback_address(std::string_view text) {
  static constexpr std::array<std::uint8_t, 13> kIpv4 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127};
  static constexpr std::array<std::uint8_t, 16> kIpv6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  const auto address = http::parse_address(text);
  return address && (std::equal(kIpv4.begin(), kIpv4.end(), address->bytes.begin()) || address->bytes == kIpv6);
}

// A page of another site can make a browser on this machine call us under that site's name (DNS rebinding), so the name
// that was asked for counts too.
bool is_loopback_name(std::string_view host) {
  if (host.starts_with('[')) return is_loopback_address(host.substr(1, host.find(']') - 1));
  std::string name(host.substr(0, host.find(':')));
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name == "localhost" || is_loopback_address(name);
}

bool came_through_proxy(const http::Request& request) {
  static constexpr std::array kMarks = {"x-forwarded-for", "forwarded", "x-real-ip", "via"};
  return std::ranges::any_of(kMarks, [&](const char* name) { return request.header(name).has_value(); });
}

// A page of another site that a browser on this machine shows may post to us without our having agreed to it.
bool came_from_other_site(const http::Request& request) {
  const auto origin = request.header("origin");
  if (origin && *origin != "http://" + std::string(request.header("host").value_or(""))) return true;
  const auto site = request.header("sec-fetch-site");
  return site && *site != "same-origin" && *site != "none";
}

}  // namespace

domain::Actor actor_of(const http::Context& context) {
  return {"admin", context.principal().subject, context.request_id()};
}

services::Caller caller_of(const http::Context& context) {
  const auto& request = context.request();
  const bool local = is_loopback_address(request.remote_address) && !came_through_proxy(request) &&
                     !came_from_other_site(request) && is_loopback_name(request.header("host").value_or(""));
  return {request.remote_address, local, request.id};
}

}  // namespace loomgate::api
