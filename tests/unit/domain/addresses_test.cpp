// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/addresses.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace loomgate::domain {
namespace {

Cidr net(std::string_view text) {
  const auto cidr = parse_cidr(text);
  EXPECT_TRUE(cidr) << text;
  return cidr.value_or(Cidr{});
}

std::vector<Address> addresses(const std::vector<std::string>& texts) {
  std::vector<Address> out;
  for (const auto& text : texts) out.push_back(net(text).address);
  return out;
}

std::optional<std::string> suggest(std::string_view network, const std::vector<std::string>& used = {}) {
  return suggest_address(net(network), addresses(used));
}

TEST(Addresses, BothFamiliesWithAndWithoutPrefix) {
  EXPECT_EQ(to_string(net("10.66.0.2")), "10.66.0.2/32");
  EXPECT_EQ(to_string(net("10.66.0.2/24")), "10.66.0.2/24");
  EXPECT_EQ(to_string(net("FD00:0::1")), "fd00::1/128");
  EXPECT_EQ(to_string(net("::/0")), "::/0");
}

TEST(Addresses, EverythingElseIsRefused) {
  for (const char* text :
       {"", "/24", "10.66.0", "10.66.0.256", "010.1.1.1", "10.66.0.1/", "10.66.0.1/33", "10.66.0.1/-1", "10.66.0.1/+8",
        "10.66.0.1/08", "10.66.0.1/255.255.255.0", "10.66.0.1/24/24", " 10.66.0.1", "10.66.0.1\n", "fd00::1/129",
        "fe80::1%eth0", "[fd00::1]", "host.example", "10.66.0.1,10.66.0.2"}) {
    EXPECT_FALSE(parse_cidr(text)) << text;
  }
  EXPECT_FALSE(parse_cidr(std::string_view("10.66.0.1\0x", 11)));
}

TEST(Addresses, LiteralIsABareAddress) {
  EXPECT_TRUE(is_ip_literal("203.0.113.7"));
  EXPECT_TRUE(is_ip_literal("2001:db8::7"));
  EXPECT_FALSE(is_ip_literal("2001:db8::/32"));
  EXPECT_FALSE(is_ip_literal("gw.example"));
}

TEST(Addresses, CanonicalNetworkClearsHostBits) {
  EXPECT_EQ(to_string(canonical_network(net("10.66.3.77/20"))), "10.66.0.0/20");
  EXPECT_EQ(to_string(canonical_network(net("10.66.3.77/0"))), "0.0.0.0/0");
  EXPECT_EQ(to_string(canonical_network(net("10.66.3.77/32"))), "10.66.3.77/32");
  EXPECT_EQ(to_string(canonical_network(net("fd00:1:2:3ff::9/58"))), "fd00:1:2:3c0::/58");
}

TEST(Addresses, ContainsComparesOnlyTheNetworkPartOfOneFamily) {
  EXPECT_TRUE(contains(net("10.66.0.9/24"), net("10.66.0.255").address));
  EXPECT_FALSE(contains(net("10.66.0.0/24"), net("10.66.1.0").address));
  EXPECT_TRUE(contains(net("0.0.0.0/0"), net("203.0.113.1").address));
  EXPECT_FALSE(contains(net("0.0.0.0/0"), net("::1").address));
}

TEST(SuggestAddress, FirstHostOfTheDefaultSubnet) {
  EXPECT_EQ(suggest("10.66.0.0/24"), "10.66.0.1/32");
}

TEST(SuggestAddress, LowestGapWinsWhateverTheOrder) {
  EXPECT_EQ(suggest("10.66.0.0/24", {"10.66.0.4", "10.66.0.1", "10.66.0.2", "10.66.0.1"}), "10.66.0.3/32");
}

TEST(SuggestAddress, HostBitsOfTheSubnetDoNotMatter) {
  EXPECT_EQ(suggest("10.66.0.200/24"), "10.66.0.1/32");
}

TEST(SuggestAddress, ForeignAddressesDoNotMatter) {
  EXPECT_EQ(suggest("10.66.0.0/24", {"10.66.1.1", "fd00::1", "10.66.0.0"}), "10.66.0.1/32");
}

TEST(SuggestAddress, Ipv4NetworkAndBroadcastStayFree) {
  EXPECT_EQ(suggest("10.66.0.0/30", {"10.66.0.1"}), "10.66.0.2/32");
  EXPECT_EQ(suggest("10.66.0.0/30", {"10.66.0.1", "10.66.0.2"}), std::nullopt);
  EXPECT_EQ(suggest("10.66.0.0/30", {"10.66.0.1", "10.66.0.2", "10.66.0.3", "10.66.0.0"}), std::nullopt);
}

TEST(SuggestAddress, SmallestIpv4NetworksUseEveryAddress) {
  EXPECT_EQ(suggest("10.66.0.0/31"), "10.66.0.0/32");
  EXPECT_EQ(suggest("10.66.0.0/31", {"10.66.0.0"}), "10.66.0.1/32");
  EXPECT_EQ(suggest("10.66.0.0/31", {"10.66.0.0", "10.66.0.1"}), std::nullopt);
  EXPECT_EQ(suggest("10.66.0.9/32"), "10.66.0.9/32");
  EXPECT_EQ(suggest("10.66.0.9/32", {"10.66.0.9"}), std::nullopt);
}

TEST(SuggestAddress, Ipv6SkipsOnlyTheRouterAnycastAddress) {
  EXPECT_EQ(suggest("fd00::/64"), "fd00::1/128");
  EXPECT_EQ(suggest("fd00::/126", {"fd00::1", "fd00::2"}), "fd00::3/128");
  EXPECT_EQ(suggest("fd00::/126", {"fd00::1", "fd00::2", "fd00::3"}), std::nullopt);
  EXPECT_EQ(suggest("fd00::/127"), "fd00::/128");
  EXPECT_EQ(suggest("fd00::/127", {"fd00::"}), "fd00::1/128");
  EXPECT_EQ(suggest("fd00::5/128"), "fd00::5/128");
}

TEST(SuggestAddress, CarriesOverByteBorders) {
  std::vector<std::string> used;
  for (int i = 1; i < 256; ++i) used.push_back("10.66.0." + std::to_string(i));
  EXPECT_EQ(suggest("10.66.0.0/16", used), "10.66.1.0/32");
  EXPECT_EQ(suggest("::/0", {"::1"}), "::2/128");
  EXPECT_EQ(suggest("0.0.0.0/0"), "0.0.0.1/32");
}

TEST(SuggestAddress, NeverCollidesAndNeverSkips) {
  std::mt19937 random(42);
  for (const char* network : {"10.66.0.0/26", "fd00::/122", "10.66.0.0/29"}) {
    const int bits = address_bits(net(network).address.family);
    std::vector<Address> used;
    Address lowest = net(network).address;
    while (const auto text = suggest_address(net(network), used)) {
      const Cidr given = net(*text);
      EXPECT_EQ(given.prefix, bits);
      EXPECT_TRUE(contains(net(network), given.address));
      EXPECT_EQ(std::count(used.begin(), used.end(), given.address), 0);
      EXPECT_LT(lowest, given.address);
      lowest = given.address;
      used.insert(used.begin() + static_cast<std::ptrdiff_t>(random() % (used.size() + 1)), given.address);
    }
    const auto hosts = (1U << (bits - net(network).prefix)) - (bits == 32 ? 2 : 1);
    EXPECT_EQ(used.size(), hosts) << network;
  }
}

TEST(VirtualIp, ValidWithAnyPrefixAndOutsideTheSubnet) {
  for (const char* text : {"10.66.0.2", "10.66.0.2/24", " 192.168.7.1/32 ", "fd00::2/64", "0.0.0.0/0"}) {
    const AddressCheck check = check_virtual_ip(text, {});
    EXPECT_TRUE(check.valid) << text;
    EXPECT_EQ(check.warning, "");
  }
}

TEST(VirtualIp, BlankAndMalformedSaySo) {
  EXPECT_EQ(check_virtual_ip(" ", {}).warning, "Virtual IP is required.");
  for (const char* text : {"x", "10.66.0.2/33", "10.66.0.2,10.66.0.3"}) {
    EXPECT_FALSE(check_virtual_ip(text, {}).valid) << text;
    EXPECT_NE(check_virtual_ip(text, {}).warning, "");
  }
}

TEST(VirtualIp, SameAddressInAnySpellingConflictsAndNamesTheOtherNode) {
  const std::vector<AddressHolder> others{{"gw", "10.66.0.2/24"}, {"edge", "fd00:0:0::2/128"}, {"broken", "n/a"}};
  const AddressCheck check = check_virtual_ip("10.66.0.2/32", others);
  EXPECT_FALSE(check.valid);
  EXPECT_EQ(check.warning, "Virtual IP 10.66.0.2/32 is already used by gw.");
  EXPECT_FALSE(check_virtual_ip("FD00::2", others).valid);
  EXPECT_TRUE(check_virtual_ip("10.66.0.3", others).valid);
}

TEST(AllowedIps, KeepsTokensAsTypedAndDropsBlanksAndRepeats) {
  EXPECT_EQ(normalize_allowed_ips(" 10.0.0.5/24 ,, fd00::1,10.0.0.5/24,10.0.0.5 ,").text,
            "10.0.0.5/24,fd00::1,10.0.0.5");
  EXPECT_EQ(normalize_allowed_ips("0.0.0.0/0, ::/0").text, "0.0.0.0/0,::/0");
}

TEST(AllowedIps, NamesTheFirstBadToken) {
  const AllowedIps bad = normalize_allowed_ips("10.0.0.1, nope ,worse");
  EXPECT_FALSE(bad.text);
  EXPECT_EQ(bad.bad_token, "nope");
  for (const char* text : {"", " ", ",, ,"}) {
    EXPECT_FALSE(normalize_allowed_ips(text).text) << text;
    EXPECT_EQ(normalize_allowed_ips(text).bad_token, "");
  }
}

TEST(AllowedIps, NormalizingTwiceChangesNothing) {
  std::mt19937 random(3);
  const std::vector<std::string> pool{"10.0.0.1", "10.0.0.1/32", "fd00::/8", " ", "", "192.168.1.7/16 ", "\t0.0.0.0/0"};
  for (int i = 0; i < 1000; ++i) {
    std::string text = pool[0];
    for (auto count = random() % 12; count > 0; --count) text += ',' + pool[random() % pool.size()];
    const auto once = normalize_allowed_ips(text).text;
    ASSERT_TRUE(once) << text;
    EXPECT_EQ(normalize_allowed_ips(*once).text, once);
    EXPECT_EQ(once->find(' '), std::string::npos);
  }
}

}  // namespace
}  // namespace loomgate::domain
