// SPDX-License-Identifier: Apache-2.0
// Topics, protocol names and what a client says of itself.
#include <gtest/gtest.h>

#include <string>

#include "daemon/domain/binding.h"
#include "daemon/domain/topics.h"
#include "daemon/domain/tunnel_protocol.h"

namespace loomgate::domain {
namespace {

const std::string kConfig = "cfg_0123456789ab";
const std::string kNode = "node_ba9876543210";
const std::string kPrefix = "wfm/" + kConfig + "/" + kNode + "/";

TEST(Topics, DownstreamInTheOrderOfTheBindAnswer) {
  EXPECT_EQ(downstream_topics(kConfig, kNode), (std::array<std::string, 4>{kPrefix + "config/push", kPrefix + "control",
                                                                           kPrefix + "detect", kPrefix + "info"}));
  EXPECT_EQ(topic(kConfig, kNode, Downstream::kDetect), kPrefix + "detect");
}

TEST(Topics, UpstreamInTheOrderOfTheBindAnswer) {
  EXPECT_EQ(upstream_topics(kConfig, kNode),
            (std::array<std::string, 6>{kPrefix + "config/push/ack", kPrefix + "control/ack", kPrefix + "detect/ack",
                                        kPrefix + "info/ack", kPrefix + "event", kPrefix + "heartbeat"}));
}

TEST(Topics, FiltersNeverMatchDownstreamTopics) {
  for (const std::string& filter : upstream_filters()) {
    EXPECT_EQ(filter.find("wfm/+/+/"), 0U);
    EXPECT_EQ(filter.find('#'), std::string::npos);
    for (const char* suffix : {"config/push", "control", "detect", "info"})
      EXPECT_NE(filter, std::string("wfm/+/+/") + suffix);
  }
}

TEST(Topics, EveryUpstreamTopicComesBack) {
  for (int i = 0; i < 6; ++i) {
    const auto kind = static_cast<Upstream>(i);
    const auto parsed = parse_upstream_topic(topic(kConfig, kNode, kind));
    ASSERT_TRUE(parsed) << i;
    EXPECT_EQ(parsed->config_id, kConfig);
    EXPECT_EQ(parsed->node_id, kNode);
    EXPECT_EQ(parsed->kind, kind);
  }
}

TEST(Topics, AnythingElseIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("wfm"), std::string("wfm/"), kPrefix, kPrefix + "control", kPrefix + "config/push",
        kPrefix + "event/", kPrefix + "event/x", "/" + kPrefix + "event", kPrefix + "Event",
        "WFM" + kPrefix.substr(3) + "event", "wfm/" + kConfig + "/event", "wfm/" + kNode + "/" + kConfig + "/event",
        "wfm/cfg_0123456789AB/" + kNode + "/event", "wfm/cfg_0123456789abc/" + kNode + "/event", std::string("wfm/+/+/event"),
        "wfm//" + kNode + "/event", "wfm/" + kConfig + "//" + kNode + "/event", kPrefix + std::string("event\0", 6)}) {
    EXPECT_FALSE(parse_upstream_topic(text)) << text;
  }
}

TEST(WireProtocol, EveryAmneziaVersionHasTheOneNameThatOldClientsKnow) {
  EXPECT_EQ(wire_protocol_name("wireguard"), "wireguard");
  EXPECT_EQ(wire_protocol_name("amneziawg"), "amneziawg_2");
  EXPECT_EQ(wire_protocol_name("amneziawg_2"), "amneziawg_2");
  EXPECT_EQ(wire_protocol_name(""), "wireguard");
  EXPECT_EQ(wire_protocol_name("other"), "wireguard");
}

TEST(WireProtocol, VersionIsATextForAmneziaOnly) {
  EXPECT_EQ(wire_awg_version("wireguard", "2.0"), std::nullopt);
  EXPECT_EQ(wire_awg_version("amneziawg", "3.1"), "3.1");
  EXPECT_EQ(wire_awg_version("amneziawg", std::nullopt), "2.0");
}

TEST(ClientFacts, AreTrimmedThenCutByCodePoints) {
  const ClientFacts facts = client_facts("  linux ", std::string(70, 'v'), "\n" + std::string(200, 'h'));
  EXPECT_EQ(facts.platform, "linux");
  EXPECT_EQ(facts.version, std::string(64, 'v'));
  EXPECT_EQ(facts.hostname, std::string(128, 'h'));

  std::string umlauts;
  for (int i = 0; i < 130; ++i) umlauts += "\u00fc";
  EXPECT_EQ(client_facts(umlauts, "", umlauts).platform.size(), 128U);
  EXPECT_EQ(client_facts("", "", umlauts).hostname.size(), 256U);
}

TEST(ClientVersionLabel, NamesPlatformsAndBearsMissingParts) {
  EXPECT_EQ(client_version_label("windows", "0.2.3"), "Windows 0.2.3");
  EXPECT_EQ(client_version_label("win32", "1"), "Windows 1");
  EXPECT_EQ(client_version_label("linux", "dev"), "Linux dev");
  EXPECT_EQ(client_version_label("darwin", ""), "macOS");
  EXPECT_EQ(client_version_label("macos", ""), "macOS");
  EXPECT_EQ(client_version_label("plan9", "2"), "plan9 2");
  EXPECT_EQ(client_version_label("", "0.2.3"), "0.2.3");
  EXPECT_EQ(client_version_label("", ""), "");
}

TEST(BindToken, LivesFiveMinutes) {
  EXPECT_EQ(kBindTokenLifetime, std::chrono::minutes(5));
}

}  // namespace
}  // namespace loomgate::domain
