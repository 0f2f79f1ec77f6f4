// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include "daemon/json/unicode.h"

namespace loomgate::http {

namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool is_ipv4(const Address& address) {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
}

bool contains(const Address& base, unsigned prefix, const Address& address) {
  const std::size_t whole = prefix / 8;
  if (!std::equal(base.bytes.begin(), base.bytes.begin() + static_cast<std::ptrdiff_t>(whole), address.bytes.begin()))
    return false;
  if (prefix % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFF00U >> (prefix % 8));
  return ((base.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

// "203.0.113.7:4711" and "[2001:db8::1]:4711" are seen in the wild too.
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  const std::size_t colon = text.find(':');
  const bool is_single = colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
  return is_single ? text.substr(0, colon) : text;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  std::ranges::copy(kMappedPrefix, address.bytes.begin());
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + kMappedPrefix.size()) == 1) return address;
  return std::nullopt;
}

std::string to_text(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_ipv4(address);
  inet_ntop(v4 ? AF_INET : AF_INET6, address.bytes.data() + (v4 ? kMappedPrefix.size() : 0), text.data(), text.size());
  return text.data();
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  for (const std::string& text : networks) networks_.push_back(parse_network(text));
}

TrustedProxies::Network TrustedProxies::parse_network(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto base = parse_address(text.substr(0, slash));
  unsigned prefix = base && is_ipv4(*base) ? 32 : 128;
  const unsigned longest = prefix;
  bool is_good = base.has_value();
  if (slash != std::string::npos) {
    const auto [end, error] = std::from_chars(text.data() + slash + 1, text.data() + text.size(), prefix);
    is_good = is_good && error == std::errc() && end == text.data() + text.size() && prefix <= longest;
  }
  if (!is_good) throw std::invalid_argument("\"" + text + "\" is neither an address nor a network of trusted proxies");
  return {*base, prefix + (128 - longest)};
}

bool TrustedProxies::trusts(std::string_view address) const {
  const auto parsed = parse_address(address);
  return parsed && std::ranges::any_of(networks_, [&](const Network& network) {
           return contains(network.base, network.prefix, *parsed);
         });
}

std::string TrustedProxies::client(std::string_view peer, std::optional<std::string_view> forwarded_for) const {
  std::string current(peer);
  if (!forwarded_for) return current;
  std::string_view rest = *forwarded_for;
  while (trusts(current) && !rest.empty()) {
    const std::size_t comma = rest.rfind(',');
    const std::string_view last = comma == std::string_view::npos ? rest : rest.substr(comma + 1);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
    const auto hop = parse_address(without_port(json::trim(last)));
    if (!hop) return current;
    current = to_text(*hop);
  }
  return current;
}

}  // namespace loomgate::http
