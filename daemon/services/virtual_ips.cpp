// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/virtual_ips.h"

#include "daemon/base/error_codes.h"
#include "daemon/domain/text.h"
#include "daemon/store/nodes.h"

namespace loomgate::services {

std::string suggest_virtual_ip(pg::Connection& connection, const domain::Config& config) {
  const auto network = domain::parse_cidr(config.virtual_subnet);
  if (!network) throw Error(errors::kInvalidSubnet, "The virtual subnet of the config is no IP network");
  std::vector<domain::Address> used;
  for (const auto& held : store::virtual_ips(connection, config.id)) {
    if (const auto address = domain::parse_cidr(held.virtual_ip)) used.push_back(address->address);
  }
  auto suggestion = domain::suggest_address(*network, used);
  if (!suggestion) throw Error(errors::kIpPoolExhausted, "No free address is left in " + config.virtual_subnet);
  return std::move(*suggestion);
}

domain::AddressCheck check_virtual_ip(pg::Connection& connection, const domain::Config& config, std::string_view text,
                                      std::string_view exclude_node_id) {
  std::vector<domain::AddressHolder> others;
  const auto wanted = domain::parse_cidr(domain::trim(text));
  if (!wanted) return domain::check_virtual_ip(text, others);
  for (auto& held : store::holders_of_address(connection, config.id, domain::to_string(wanted->address))) {
    if (held.node_id != exclude_node_id) others.push_back({std::move(held.node_name), std::move(held.virtual_ip)});
  }
  return domain::check_virtual_ip(text, others);
}

void require_virtual_ip(pg::Connection& connection, const domain::Config& config, const domain::Node& node) {
  const auto check = check_virtual_ip(connection, config, node.virtual_ip.value_or(""), node.id);
  if (!check.valid) throw Error(errors::kInvalidVirtualIp, check.warning);
}

}  // namespace loomgate::services
