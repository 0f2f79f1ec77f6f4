// SPDX-License-Identifier: Apache-2.0
// Whose request it is when proxies stand in front: X-Forwarded-For counts only when the TCP peer is a trusted proxy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loomgate::http {

// An IPv4 or IPv6 address; IPv4-mapped IPv6 is IPv4.
struct Address {
  std::array<std::uint8_t, 16> bytes{};  // IPv4 as ::ffff:a.b.c.d
  bool operator==(const Address&) const = default;
};
std::optional<Address> parse_address(std::string_view text);
std::string to_text(const Address& address);

class TrustedProxies {
 public:
  // Networks ("10.0.0.0/8", "fd00::/8") or single addresses; std::invalid_argument names the one that is neither.
  explicit TrustedProxies(const std::vector<std::string>& networks);

  bool trusts(std::string_view address) const;
  // From the right, the first address that is no trusted proxy; the peer itself when it is not trusted or when the list
  // holds something that is no address.
  std::string client(std::string_view peer, std::optional<std::string_view> forwarded_for) const;

 private:
  struct Network {
    Address base;
    unsigned prefix;  // of 128
  };
  static Network parse_network(const std::string& text);

  std::vector<Network> networks_;
};

}  // namespace loomgate::http
