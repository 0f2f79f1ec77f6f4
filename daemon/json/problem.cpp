// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/problem.h"

#include <array>
#include <utility>

namespace loomgate::json {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 24> kLabels{{
    {"name", "Name"},
    {"description", "Description"},
    {"virtual_subnet", "Virtual subnet"},
    {"default_dns", "Default DNS"},
    {"ipv4_address", "Public IPv4"},
    {"ipv6_address", "Public IPv6"},
    {"listen_port", "Listen port"},
    {"virtual_ip", "Virtual IP"},
    {"dns", "DNS"},
    {"private_key", "Private key"},
    {"public_key", "Public key"},
    {"tag", "Tag"},
    {"tags", "Tags"},
    {"peer_node_id", "Peer node"},
    {"local_node_id", "Local node"},
    {"allowed_ips", "AllowedIPs"},
    {"endpoint_manual_host", "Manual Host"},
    {"endpoint_manual_port", "Manual Port"},
    {"host", "Host"},
    {"port", "Port"},
    {"current_password", "Current password"},
    {"new_password", "New password"},
    {"username", "Username"},
    {"password", "Password"},
}};

// The last name of the location: list indexes name no field.
std::string_view field_of(const Location& location) {
  for (auto step = location.rbegin(); step != location.rend(); ++step) {
    if (const auto* name = std::get_if<std::string>(&*step)) return *name;
  }
  return {};
}

Json location_json(const Location& location) {
  Json steps = Json::array();
  for (const Step& step : location) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      steps.push(*name);
    } else {
      steps.push(static_cast<std::int64_t>(std::get<std::size_t>(step)));
    }
  }
  return steps;
}

}  // namespace

std::string_view label_of(std::string_view field) {
  for (const auto& [name, label] : kLabels) {
    if (name == field) return label;
  }
  return field;
}

Json problems_detail(const Problems& problems) {
  Json errors = Json::array();
  for (const Problem& problem : problems) {
    Json item = Json::object();
    item.append("type", problem.type);
    item.append("loc", location_json(problem.location));
    item.append("msg", problem.message);
    if (!problem.context.view().is(Type::kNull)) item.append("ctx", problem.context);
    errors.push(std::move(item));
  }
  return Json::object().append("errors", std::move(errors));
}

std::string problems_message(const Problems& problems) {
  if (problems.empty()) return "Invalid request";
  const Problem& first = problems.front();
  const std::string label(label_of(field_of(first.location)));
  if (first.type == "missing") return label + " is required";
  if (first.type == "string_type") return label + " is invalid";
  constexpr std::string_view kPrefix = "Value error, ";
  return first.message.starts_with(kPrefix) ? first.message.substr(kPrefix.size()) : first.message;
}

}  // namespace loomgate::json
