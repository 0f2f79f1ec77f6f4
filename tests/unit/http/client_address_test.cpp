// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/client_address.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace loomgate::http {
namespace {

TEST(ClientAddress, WithoutTrustTheHeaderMeansNothing) {
  const TrustedProxies nobody({});
  EXPECT_EQ(nobody.client("192.0.2.1", "10.0.0.1"), "192.0.2.1");
  const TrustedProxies other({"10.0.0.0/8"});
  EXPECT_EQ(other.client("192.0.2.1", "198.51.100.7"), "192.0.2.1");
}

TEST(ClientAddress, TheFirstUntrustedAddressFromTheRightIsTheClient) {
  const TrustedProxies proxies({"10.0.0.0/8", "::1", "fd00::/8"});
  EXPECT_EQ(proxies.client("10.1.2.3", "198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(proxies.client("10.1.2.3", "1.1.1.1, 198.51.100.7 , 10.9.9.9"), "198.51.100.7");
  EXPECT_EQ(proxies.client("::1", "2001:DB8::7"), "2001:db8::7");
  EXPECT_EQ(proxies.client("fd12::1", "[2001:db8::7]:443"), "2001:db8::7");
  EXPECT_EQ(proxies.client("10.1.2.3", "198.51.100.7:5555"), "198.51.100.7");
  EXPECT_EQ(proxies.client("10.1.2.3", "10.0.0.5"), "10.0.0.5");
  EXPECT_EQ(proxies.client("10.1.2.3", std::nullopt), "10.1.2.3");
}

TEST(ClientAddress, GarbageEndsTheWalk) {
  const TrustedProxies proxies({"10.0.0.0/8"});
  EXPECT_EQ(proxies.client("10.1.2.3", "1.1.1.1, unknown"), "10.1.2.3");
  EXPECT_EQ(proxies.client("10.1.2.3", "1.1.1.1, , 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(proxies.client("10.1.2.3", ""), "10.1.2.3");
}

TEST(ClientAddress, PrefixesCountBits) {
  const TrustedProxies proxies({"10.0.128.0/17", "192.0.2.1"});
  EXPECT_TRUE(proxies.trusts("10.0.128.0"));
  EXPECT_TRUE(proxies.trusts("10.0.255.255"));
  EXPECT_FALSE(proxies.trusts("10.0.127.255"));
  EXPECT_TRUE(proxies.trusts("::ffff:192.0.2.1"));
  EXPECT_FALSE(proxies.trusts("192.0.2.2"));
  EXPECT_FALSE(proxies.trusts(""));
  EXPECT_TRUE(TrustedProxies({"0.0.0.0/0"}).trusts("203.0.113.9"));
  EXPECT_FALSE(TrustedProxies({"0.0.0.0/0"}).trusts("2001:db8::1"));
}

TEST(ClientAddress, ASettingThatIsNoNetworkIsNamed) {
  for (const char* text : {"", "proxy", "10.0.0.0/33", "10.0.0.0/", "::/129", "10.0.0.0/8x", "10.0.0.0/-1"}) {
    EXPECT_THROW(TrustedProxies({text}), std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace loomgate::http
