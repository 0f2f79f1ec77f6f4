// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/endpoints.h"

#include <gtest/gtest.h>

#include <string>

namespace loomgate::domain {
namespace {

constexpr int kDefaultPort = 51820;

const PublicEntry kBoth{.ipv4_address = "203.0.113.7", .ipv6_address = "2001:db8::7", .listen_port = 40000};
const PublicEntry kNone{};

EndpointChoice automatic(const char* family) {
  return {.mode = "auto", .ref_family = family};
}
EndpointChoice manual(const char* host, int port) {
  return {.mode = "manual", .manual_host = host, .port_mode = "manual", .manual_port = port};
}
const EndpointChoice kOff{.mode = "none"};

std::optional<std::string> resolve(const EndpointChoice& choice, const PublicEntry& peer) {
  return resolve_endpoint(choice, peer, kDefaultPort);
}

TEST(ResolveEndpoint, AutoTakesTheEntryOfItsFamily) {
  EXPECT_EQ(resolve(automatic("ipv4"), kBoth), "203.0.113.7:40000");
  EXPECT_EQ(resolve(automatic("ipv6"), kBoth), "[2001:db8::7]:40000");
  EXPECT_EQ(resolve({.mode = "auto"}, kBoth), "203.0.113.7:40000");
  EXPECT_EQ(resolve(automatic("domain"), kBoth), "203.0.113.7:40000");
}

TEST(ResolveEndpoint, PortFallsBackToTheConfig) {
  EXPECT_EQ(resolve(automatic("ipv4"), {.ipv4_address = "gw.example"}), "gw.example:51820");
  EXPECT_EQ(resolve_endpoint(automatic("ipv4"), {.ipv4_address = "gw.example"}, 0), std::nullopt);
}

TEST(ResolveEndpoint, AutoWithManualPortCombinesBoth) {
  EndpointChoice choice = automatic("ipv4");
  choice.port_mode = "manual";
  EXPECT_EQ(resolve(choice, kBoth), std::nullopt);
  choice.manual_port = 7;
  EXPECT_EQ(resolve(choice, kBoth), "203.0.113.7:7");
}

TEST(ResolveEndpoint, NoneAndMissingHostsGiveNothing) {
  EXPECT_EQ(resolve(kOff, kBoth), std::nullopt);
  EXPECT_EQ(resolve(automatic("ipv4"), kNone), std::nullopt);
  EXPECT_EQ(resolve(automatic("ipv4"), {.ipv4_address = " "}), std::nullopt);
  EXPECT_EQ(resolve(manual("", 1), kBoth), std::nullopt);
}

TEST(ResolveEndpoint, TypedBracketsAreNotDoubled) {
  EXPECT_EQ(resolve(manual("[2001:db8::9]", 9), kNone), "[2001:db8::9]:9");
  EXPECT_EQ(resolve(manual("2001:db8::9", 9), kNone), "[2001:db8::9]:9");
  EXPECT_EQ(resolve(manual("fe80::1%eth0", 9), kNone), "[fe80::1%eth0]:9");
  EXPECT_EQ(resolve(manual("host.example", 9), kNone), "host.example:9");
  EXPECT_EQ(resolve(automatic("ipv6"), {.ipv6_address = "[2001:db8::7]"}), "[2001:db8::7]:51820");
}

TEST(Keepalive, IsStoredOnlyWithAnEndpoint) {
  EXPECT_EQ(stored_keepalive(automatic("ipv4"), kBoth, kDefaultPort, 25), 25);
  EXPECT_EQ(stored_keepalive(automatic("ipv4"), kBoth, kDefaultPort, std::nullopt), std::nullopt);
  EXPECT_EQ(stored_keepalive(automatic("ipv4"), kNone, kDefaultPort, 25), std::nullopt);
  EXPECT_EQ(stored_keepalive(kOff, kBoth, kDefaultPort, 25), std::nullopt);
  EXPECT_EQ(stored_keepalive(manual("h", 1), kNone, kDefaultPort, 0), 0);
}

TEST(Keepalive, ManualNeedsHostAndPortOfItsOwn) {
  EndpointChoice choice = manual("h", 1);
  EXPECT_TRUE(has_endpoint(choice, kNone, kDefaultPort));
  choice.manual_port.reset();
  EXPECT_FALSE(has_endpoint(choice, kBoth, kDefaultPort));
  choice.port_mode = "ref_peer_listen_port";
  EXPECT_FALSE(has_endpoint(choice, kBoth, kDefaultPort));
}

TEST(EndpointChoice, UnknownModesAndIncompleteManualAreInvalid) {
  EXPECT_TRUE(is_valid_choice(kOff));
  EXPECT_TRUE(is_valid_choice(automatic("ipv6")));
  EXPECT_TRUE(is_valid_choice(manual("h", 1)));
  EXPECT_FALSE(is_valid_choice({.mode = "other"}));
  EXPECT_FALSE(is_valid_choice({.mode = ""}));
  EXPECT_FALSE(is_valid_choice({.port_mode = "other"}));
  EXPECT_FALSE(is_valid_choice(manual(" ", 1)));
  EXPECT_FALSE(is_valid_choice({.mode = "manual", .manual_host = "h"}));
  EXPECT_FALSE(is_valid_choice({.mode = "manual", .manual_port = 1}));
}

TEST(EndpointChoice, StoredFormMakesTextAndSummaryAgree) {
  EndpointChoice typed = manual(" h ", 1);
  typed.port_mode = "ref_peer_listen_port";
  typed.ref_family = "ipv4";
  const EndpointChoice kept = stored_choice(typed);
  EXPECT_EQ(kept.port_mode, "manual");
  EXPECT_EQ(kept.ref_family, std::nullopt);
  EXPECT_EQ(kept.manual_host, "h");
  EXPECT_EQ(endpoint_summary(&kept, {"p", kBoth}, kDefaultPort), "Manual uses " + resolve(kept, kBoth).value());
}

TEST(EndpointChoice, FamilyIsStoredExactlyForAuto) {
  EXPECT_EQ(stored_choice({.mode = "auto"}).ref_family, "ipv4");
  EXPECT_EQ(stored_choice(automatic("domain")).ref_family, "ipv4");
  EXPECT_EQ(stored_choice(automatic("ipv6")).ref_family, "ipv6");
  EXPECT_EQ(stored_choice({.mode = "none", .ref_family = "ipv6"}).ref_family, std::nullopt);
  EXPECT_EQ(stored_choice({.mode = "auto", .manual_host = ""}).manual_host, std::nullopt);
}

TEST(EndpointState, TellsTheFourCasesApart) {
  const EndpointChoice choice = automatic("ipv4");
  EXPECT_EQ(endpoint_state(nullptr, kBoth, kDefaultPort), EndpointState::kMissing);
  EXPECT_EQ(endpoint_state(&kOff, kBoth, kDefaultPort), EndpointState::kDisabled);
  EXPECT_EQ(endpoint_state(&choice, kBoth, kDefaultPort), EndpointState::kResolved);
  EXPECT_EQ(endpoint_state(&choice, kNone, kDefaultPort), EndpointState::kUnresolved);
}

TEST(EndpointSummary, TextsAreLiteral) {
  const auto v4 = automatic("ipv4"), v6 = automatic("ipv6"), complete = manual("2001:db8::9", 9);
  const EndpointChoice incomplete{.mode = "manual", .manual_host = "h"};
  EXPECT_EQ(endpoint_summary(&v4, {"gw", kBoth}, kDefaultPort), "Auto uses 203.0.113.7:40000");
  EXPECT_EQ(endpoint_summary(&v6, {"gw", kBoth}, kDefaultPort), "Auto uses [2001:db8::7]:40000");
  EXPECT_EQ(endpoint_summary(&v4, {"gw", kNone}, kDefaultPort),
            "gw has no public IPV4 entry; auto mode leaves it empty");
  EXPECT_EQ(endpoint_summary(&v6, {"gw", kNone}, kDefaultPort),
            "gw has no public IPV6 entry; auto mode leaves it empty");
  EXPECT_EQ(endpoint_summary(&complete, {"gw", kNone}, kDefaultPort), "Manual uses [2001:db8::9]:9");
  EXPECT_EQ(endpoint_summary(&incomplete, {"gw", kBoth}, kDefaultPort), "Manual mode requires Host and Port");
  EXPECT_EQ(endpoint_summary(&kOff, {"gw", kBoth}, kDefaultPort), "No Endpoint");
  EXPECT_EQ(endpoint_summary(nullptr, {"gw", kBoth}, kDefaultPort), "Missing reverse link");
}

TEST(KeepaliveDisplay, SlashUnsetOrNumber) {
  EXPECT_EQ(keepalive_display(automatic("ipv4"), kNone, kDefaultPort, 25), "/");
  EXPECT_EQ(keepalive_display(automatic("ipv4"), kBoth, kDefaultPort, std::nullopt), "Unset");
  EXPECT_EQ(keepalive_display(automatic("ipv4"), kBoth, kDefaultPort, 0), "0");
  EXPECT_EQ(keepalive_display(automatic("ipv4"), kBoth, kDefaultPort, 25), "25");
}

TEST(DraftWarnings, TextsAndOrderAreLiteral) {
  Node local, peer;
  local.name = "edge";
  peer.name = "gw";
  EXPECT_EQ(draft_warnings(local, peer, "ipv6"),
            (std::vector<std::string>{"gw is missing virtual IP. Forward AllowedIPs must be filled manually.",
                                      "edge is missing virtual IP. Reverse AllowedIPs must be filled manually.",
                                      "gw has no public IPV6 entry. Forward auto Endpoint will be empty.",
                                      "edge has no public IPV6 entry. Reverse auto Endpoint will be empty."}));
  for (Node* node : {&local, &peer}) {
    node->virtual_ip = "10.66.0.1/32";
    node->ipv4_address = "203.0.113.7";
  }
  EXPECT_TRUE(draft_warnings(local, peer, "ipv4").empty());
  EXPECT_EQ(draft_warnings(local, peer, "ipv6").size(), 2U);
}

}  // namespace
}  // namespace loomgate::domain
