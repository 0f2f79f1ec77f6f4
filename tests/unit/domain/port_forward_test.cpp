// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/port_forward.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loomgate::domain {
namespace {

using testing::HasSubstr;
using testing::Not;

PortForward rule_of(const std::string& platform, const std::string& protocol) {
  PortForward rule;
  rule.id = "pf_0123456789ab";
  rule.from_port = 8080;
  rule.to_port = 80;
  rule.to_platform = platform;
  rule.protocol = protocol;
  return rule;
}

const ForwardAddresses kAddresses{.from = "10.66.0.3", .to = "10.66.0.2"};

TEST(PortForward, LinuxTcpTranslatesAcceptsBothWaysAndMasquerades) {
  const auto commands = forward_commands(rule_of("linux", "tcp"), kAddresses);
  EXPECT_THAT(commands.post_up,
              HasSubstr("iptables -w -t nat -I PREROUTING -p tcp -d 10.66.0.2 --dport 80 -m comment --comment "
                        "wfm-pf_0123456789ab-tcp -j DNAT --to-destination 10.66.0.3:8080; "
                        "iptables -w -I FORWARD -p tcp -d 10.66.0.3 --dport 8080 -m comment --comment "
                        "wfm-pf_0123456789ab-tcp -j ACCEPT; "
                        "iptables -w -I FORWARD -p tcp -s 10.66.0.3 --sport 8080 -m conntrack --ctstate "
                        "ESTABLISHED,RELATED -m comment --comment wfm-pf_0123456789ab-tcp -j ACCEPT; "
                        "iptables -w -t nat -I POSTROUTING -p tcp -d 10.66.0.3 --dport 8080 -m comment --comment "
                        "wfm-pf_0123456789ab-tcp -j MASQUERADE; "));
  EXPECT_THAT(commands.post_up, HasSubstr("ip daddr 10.66.0.2 tcp dport 80 dnat to 10.66.0.3:8080 comment "
                                          "\"wfm-pf_0123456789ab-tcp\"; "));
  EXPECT_THAT(commands.post_up, Not(HasSubstr("udp")));
}

TEST(PortForward, LinuxPostUpFirstTakesAwayWhatPreDownTakesAway) {
  const auto commands = forward_commands(rule_of("linux", "tcp"), kAddresses);
  const auto remove = commands.pre_down.substr(2, commands.pre_down.size() - 2 - std::string("} || :").size());
  EXPECT_EQ(commands.post_up.find(remove), 2U);
  EXPECT_THAT(commands.pre_down, Not(HasSubstr("DNAT")));
}

TEST(PortForward, EveryCommandIsOneHarmlessLine) {
  for (const char* platform : {"linux", "darwin"}) {
    for (const char* protocol : {"tcp", "udp", "all"}) {
      const auto commands = forward_commands(rule_of(platform, protocol), kAddresses);
      for (const auto& command : {commands.post_up, commands.pre_down}) {
        SCOPED_TRACE(command);
        EXPECT_THAT(command, testing::StartsWith("{ "));
        EXPECT_THAT(command, testing::EndsWith("; } || :"));
        EXPECT_THAT(command, Not(HasSubstr("sysctl")));
        EXPECT_EQ(command.find_first_of("#\r\n\t\\"), std::string::npos) << "wg-quick would cut or change the line";
      }
    }
  }
}

TEST(PortForward, AllHoldsBothProtocolsInOneCommand) {
  const auto commands = forward_commands(rule_of("linux", "all"), kAddresses);
  EXPECT_THAT(commands.post_up, HasSubstr("--comment wfm-pf_0123456789ab-tcp -j DNAT"));
  EXPECT_THAT(commands.post_up, HasSubstr("--comment wfm-pf_0123456789ab-udp -j DNAT"));
}

TEST(PortForward, DarwinTexts) {
  const auto tcp = forward_commands(rule_of("darwin", "tcp"), kAddresses);
  EXPECT_EQ(tcp.post_up,
            "{ echo 'rdr pass on %i inet proto tcp from any to 10.66.0.2 port 80 -> 10.66.0.3 port 8080' | "
            "pfctl -a wfm/pf_0123456789ab/tcp -f -; pfctl -s info | grep -q 'Status: Enabled' || pfctl -e; } || :");
  EXPECT_EQ(tcp.pre_down, "{ pfctl -a wfm/pf_0123456789ab/tcp -F all; } || :");

  const auto all = forward_commands(rule_of("darwin", "all"), kAddresses);
  EXPECT_EQ(all.post_up,
            "{ echo 'rdr pass on %i inet proto tcp from any to 10.66.0.2 port 80 -> 10.66.0.3 port 8080' | "
            "pfctl -a wfm/pf_0123456789ab/tcp -f -; "
            "echo 'rdr pass on %i inet proto udp from any to 10.66.0.2 port 80 -> 10.66.0.3 port 8080' | "
            "pfctl -a wfm/pf_0123456789ab/udp -f -; "
            "pfctl -s info | grep -q 'Status: Enabled' || pfctl -e; } || :");
  EXPECT_EQ(all.pre_down,
            "{ pfctl -a wfm/pf_0123456789ab/tcp -F all; pfctl -a wfm/pf_0123456789ab/udp -F all; } || :");
}

TEST(PortForward, HooksCarryRuleAndLabel) {
  ManagedHooks hooks;
  add_forward_hooks(hooks, rule_of("linux", "tcp"), "10.66.0.3/32", "10.66.0.2/24");
  ASSERT_EQ(hooks.post_up.size(), 1U);
  ASSERT_EQ(hooks.pre_down.size(), 1U);
  EXPECT_TRUE(hooks.pre_up.empty() && hooks.post_down.empty());
  EXPECT_EQ(hooks.post_up[0].source, "port_forward");
  EXPECT_EQ(hooks.post_up[0].source_id, "pf_0123456789ab");
  EXPECT_EQ(hooks.post_up[0].label, "From 10.66.0.3:8080 To 10.66.0.2:80");
  EXPECT_EQ(hooks.pre_down[0].label, hooks.post_up[0].label);
  EXPECT_THAT(hooks.post_up[0].command, HasSubstr("-d 10.66.0.2 --dport 80 "));
}

TEST(PortForward, RuleWithoutTwoIpv4AddressesIsSkipped) {
  ManagedHooks hooks;
  add_forward_hooks(hooks, rule_of("linux", "tcp"), "fd00::3/128", "10.66.0.2/32");
  add_forward_hooks(hooks, rule_of("linux", "tcp"), "10.66.0.3/32", "fd00::2/128");
  add_forward_hooks(hooks, rule_of("linux", "tcp"), std::nullopt, "10.66.0.2/32");
  EXPECT_TRUE(hooks.post_up.empty() && hooks.pre_down.empty());
}

TEST(PortForward, WhatARuleMaySay) {
  EXPECT_TRUE(is_forward_port(1) && is_forward_port(65535));
  EXPECT_FALSE(is_forward_port(0) || is_forward_port(65536));
  EXPECT_TRUE(is_forward_platform("linux") && is_forward_platform("darwin"));
  EXPECT_FALSE(is_forward_platform("windows") || is_forward_platform("Linux"));
  EXPECT_EQ(forward_protocol("UDP"), "udp");
  EXPECT_EQ(forward_protocol("icmp"), std::nullopt);
  EXPECT_EQ(forward_address("10.66.0.2/32"), "10.66.0.2");
  EXPECT_EQ(forward_address("fd00::1/64"), std::nullopt);
}

}  // namespace
}  // namespace loomgate::domain
