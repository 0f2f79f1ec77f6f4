// SPDX-License-Identifier: Apache-2.0
// IPv4 and IPv6 addresses, networks, virtual IPs and AllowedIPs (spec domain 3, 4.4). Scope ids and netmask spellings
// ("/255.255.255.0") are not addresses here, because WireGuard tools refuse them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace loomgate::domain {

enum class Family : std::uint8_t { kIpv4 = 4, kIpv6 = 6 };

struct Address {
  Family family = Family::kIpv4;
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 uses the first four

  auto operator<=>(const Address&) const = default;
};

// An address and a prefix length; host bits may be set.
struct Cidr {
  Address address;
  int prefix = 0;

  bool operator==(const Cidr&) const = default;
};

int address_bits(Family family);  // 32 or 128
std::optional<Address> parse_address(std::string_view text);
// "addr" (full prefix) or "addr/prefix".
std::optional<Cidr> parse_cidr(std::string_view text);
bool is_ip_literal(std::string_view text);  // bare address without brackets
std::string to_string(const Address& address);
std::string to_string(const Cidr& cidr);

Cidr canonical_network(const Cidr& cidr);  // host bits zero
bool contains(const Cidr& network, const Address& address);

// The lowest usable host of the network that is not in `used` (any order, repeats and foreign addresses allowed), as
// "addr/32" or "addr/128"; nullopt when the pool is exhausted. O(n log n) in the used addresses, whatever the prefix.
std::optional<std::string> suggest_address(const Cidr& network, std::span<const Address> used);

// Another node of the config and its stored virtual IP.
struct AddressHolder {
  std::string node_name;
  std::string virtual_ip;
};
struct AddressCheck {
  bool valid = false;
  std::string warning;  // empty when valid
};
// Spec 3.2. `others` must not hold the node itself. Trims the text; the subnet plays no part.
AddressCheck check_virtual_ip(std::string_view text, std::span<const AddressHolder> others);

// AllowedIPs as stored: comma list without spaces, first occurrences, tokens as typed.
struct AllowedIps {
  std::optional<std::string> text;  // nullopt when invalid
  std::string bad_token;            // empty when the list itself was empty
};
AllowedIps normalize_allowed_ips(std::string_view text);

}  // namespace loomgate::domain
