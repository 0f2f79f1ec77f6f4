// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/addresses.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <unordered_set>
#include <vector>

#include "daemon/domain/text.h"

namespace loomgate::domain {
namespace {

int byte_count(Family family) {
  return address_bits(family) / 8;
}

int socket_family(Family family) {
  return family == Family::kIpv4 ? AF_INET : AF_INET6;
}

// The mask of byte `index` under a prefix.
std::uint8_t mask_byte(int prefix, int index) {
  const int bits = std::clamp(prefix - index * 8, 0, 8);
  return static_cast<std::uint8_t>(0xff00U >> bits);
}

// Plain decimal: no sign, no leading zero.
std::optional<int> parse_prefix(std::string_view text, Family family) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  if (value > address_bits(family)) return std::nullopt;
  return value;
}

Address last_address(const Cidr& network) {
  Address last = network.address;
  for (int i = 0; i < byte_count(last.family); ++i) {
    auto& byte = last.bytes[static_cast<std::size_t>(i)];
    byte = static_cast<std::uint8_t>(byte | static_cast<std::uint8_t>(~mask_byte(network.prefix, i)));
  }
  return last;
}

// Adds or takes one; the caller stays inside the address space.
Address stepped(Address address, bool up) {
  for (int i = byte_count(address.family) - 1; i >= 0; --i) {
    auto& byte = address.bytes[static_cast<std::size_t>(i)];
    byte = static_cast<std::uint8_t>(up ? byte + 1 : byte - 1);
    const bool carries = up ? byte == 0 : byte == 0xff;
    if (!carries) break;
  }
  return address;
}

struct Hosts {
  Address first;
  Address last;
};

// IPv4 keeps network and broadcast address free, IPv6 the subnet-router anycast address; the two smallest networks of
// each family have no such addresses (RFC 3021, RFC 6164).
Hosts usable_hosts(const Cidr& network) {
  const Cidr canonical = canonical_network(network);
  Hosts hosts{canonical.address, last_address(canonical)};
  if (address_bits(canonical.address.family) - canonical.prefix <= 1) return hosts;
  hosts.first = stepped(hosts.first, true);
  if (canonical.address.family == Family::kIpv4) hosts.last = stepped(hosts.last, false);
  return hosts;
}

std::string conflict_text(std::string_view value, const AddressHolder& holder) {
  return "Virtual IP " + std::string(value) + " is already used by " + holder.node_name + ".";
}

bool is_taken_by(std::string_view text, const Cidr& wanted, const AddressHolder& holder) {
  if (text == trim(holder.virtual_ip)) return true;
  const auto held = parse_cidr(trim(holder.virtual_ip));
  return held && held->address == wanted.address;
}

}  // namespace

int address_bits(Family family) {
  return family == Family::kIpv4 ? 32 : 128;
}

std::optional<Address> parse_address(std::string_view text) {
  // inet_pton needs a NUL at the end and would stop at one inside.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    Address address{.family = family, .bytes = {}};
    if (inet_pton(socket_family(family), terminated.c_str(), address.bytes.data()) == 1) return address;
  }
  return std::nullopt;
}

std::optional<Cidr> parse_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Cidr{*address, address_bits(address->family)};
  const auto prefix = parse_prefix(text.substr(slash + 1), address->family);
  if (!prefix) return std::nullopt;
  return Cidr{*address, *prefix};
}

bool is_ip_literal(std::string_view text) {
  return parse_address(text).has_value();
}

std::string to_string(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(socket_family(address.family), address.bytes.data(), text.data(), text.size());
  return text.data();
}

std::string to_string(const Cidr& cidr) {
  return to_string(cidr.address) + '/' + std::to_string(cidr.prefix);
}

Cidr canonical_network(const Cidr& cidr) {
  Cidr network = cidr;
  for (int i = 0; i < byte_count(network.address.family); ++i) {
    auto& byte = network.address.bytes[static_cast<std::size_t>(i)];
    byte = static_cast<std::uint8_t>(byte & mask_byte(network.prefix, i));
  }
  return network;
}

bool contains(const Cidr& network, const Address& address) {
  if (address.family != network.address.family) return false;
  return canonical_network({address, network.prefix}) == canonical_network(network);
}

std::optional<std::string> suggest_address(const Cidr& network, std::span<const Address> used) {
  const Hosts hosts = usable_hosts(network);
  std::vector<Address> taken;
  for (const Address& address : used) {
    if (contains(network, address) && address >= hosts.first) taken.push_back(address);
  }
  std::sort(taken.begin(), taken.end());
  taken.erase(std::unique(taken.begin(), taken.end()), taken.end());

  Address candidate = hosts.first;
  for (const Address& address : taken) {
    if (address != candidate) break;
    if (candidate == hosts.last) return std::nullopt;
    candidate = stepped(candidate, true);
  }
  return to_string(Cidr{candidate, address_bits(candidate.family)});
}

AddressCheck check_virtual_ip(std::string_view text, std::span<const AddressHolder> others) {
  text = trim(text);
  if (text.empty()) return {.valid = false, .warning = "Virtual IP is required."};
  const auto wanted = parse_cidr(text);
  if (!wanted) return {.valid = false, .warning = "Virtual IP must be an address, with or without a prefix length."};
  for (const AddressHolder& holder : others) {
    if (is_taken_by(text, *wanted, holder)) return {.valid = false, .warning = conflict_text(text, holder)};
  }
  return {.valid = true, .warning = ""};
}

AllowedIps normalize_allowed_ips(std::string_view text) {
  std::string joined;
  std::unordered_set<std::string_view> seen;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    const std::string_view token = trim(text.substr(start, end - start));
    start = end + 1;
    if (token.empty()) continue;
    if (!parse_cidr(token)) return {.text = std::nullopt, .bad_token = std::string(token)};
    if (!seen.insert(token).second) continue;
    if (!joined.empty()) joined += ',';
    joined += token;
  }
  if (joined.empty()) return {};
  return {.text = std::move(joined), .bad_token = ""};
}

}  // namespace loomgate::domain
