// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/awg_text.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "daemon/domain/awg_random.h"
#include "daemon/domain/awg_validate.h"
#include "daemon/domain/tunnel_text.h"
#include "tests/unit/domain/awg_fixture.h"
#include "tests/unit/domain/golden_mesh.h"

namespace loomgate::domain {
namespace {

using testing::ElementsAre;

std::vector<std::string> names(const AwgShared& shared, const AwgNode& node) {
  std::vector<std::string> all;
  for (const auto& [key, value] : awg_lines(shared, node)) all.emplace_back(key);
  return all;
}

// Every value there is, of every version.
AwgNode full_node() {
  AwgNode node = golden_mesh("hub_spoke", "3.1").nodes.front().awg;
  node.i2 = node.i4 = node.i5 = "<t>";
  node.options["j3"] = "<t>";
  node.options["max_handshake_attempts"] = "17";
  return node;
}

AwgShared full_shared(const AwgVersion& version) {
  AwgShared shared = plain_shared(version);
  shared.options = {{kHeaderProtectionKey, kSomeHeaderKey}, {kRandomTrailersKey, true}, {kRandomDirectionKey, "dns"}};
  return shared;
}

TEST(AwgText, OrderOf15) {
  EXPECT_THAT(names(full_shared(v15()), full_node()),
              ElementsAre("Jc", "Jmin", "Jmax", "S1", "S2", "H1", "H2", "H3", "H4", "I1", "I2", "I3", "I4", "I5", "J1",
                          "J2", "J3", "Itime"));
}

TEST(AwgText, OrderOf20) {
  EXPECT_THAT(names(full_shared(v20()), full_node()), ElementsAre("Jc", "Jmin", "Jmax", "S1", "S2", "S3", "S4", "H1",
                                                                  "H2", "H3", "H4", "I1", "I2", "I3", "I4", "I5"));
}

TEST(AwgText, OrderOf31) {
  EXPECT_THAT(
      names(full_shared(v31()), full_node()),
      ElementsAre("Jc", "Jmin", "Jmax", "S1", "S2", "S3", "S4", "H1", "H2", "H3", "H4", "I1", "I2", "I3", "I4", "I5",
                  "HeaderProtectionKey", "RandomTrailers", "ContentPaddingAddition", "RekeyAfterTime", "RekeyTimeout",
                  "RejectAfterTime", "KeepaliveTimeout", "MaxHandshakeAttempts", "DisableCookies"));
}

TEST(AwgText, TrailersOfTheNodeComeLastWhileTheConfigLeavesThemOpen) {
  AwgShared shared = full_shared(v31());
  shared.options[kRandomTrailersKey] = AwgOptionValue();
  const auto lines = awg_lines(shared, full_node());
  EXPECT_EQ(lines.back().first, "RandomTrailers");
  EXPECT_EQ(lines.back().second, "on");
  EXPECT_EQ(std::ranges::count(names(shared, full_node()), "RandomTrailers"), 1);
}

TEST(AwgText, NothingSetNothingPrinted) {
  EXPECT_TRUE(awg_lines({}, {}).empty());
  AwgNode node;
  node.i1 = "";
  node.options["rekey_timeout"] = AwgOptionValue();
  EXPECT_TRUE(awg_lines({}, node).empty());
}

TEST(AwgText, ConfigWithoutAVersionIsPrintedAs20) {
  AwgShared shared = full_shared(v20());
  const auto expected = awg_lines(shared, full_node());
  shared.version.reset();
  EXPECT_EQ(awg_lines(shared, full_node()), expected);
}

TEST(AwgText, Vector10Defaults31) {
  Random random = seeded(3);
  const AwgShared shared = fill_awg_shared({}, v31(), random);
  const AwgNode node = fill_awg_node({}, shared, v31(), stored_strategy(shared.options), random);
  std::map<std::string, std::string> lines;
  for (const auto& [key, value] : awg_lines(shared, node))
    EXPECT_TRUE(lines.emplace(key, value).second) << key << " twice";
  EXPECT_EQ(lines.at("HeaderProtectionKey").size(), 44U);
  EXPECT_EQ(lines.at("RandomTrailers"), "on");
  EXPECT_EQ(lines.at("DisableCookies"), "off");
  std::set<std::string> h{lines.at("H1"), lines.at("H2"), lines.at("H3"), lines.at("H4")};
  EXPECT_EQ(h.size(), 4U);
  for (const std::string& value : h) EXPECT_GE(std::stoul(value), 1024U);
}

TEST(AwgText, Vector10Version15PrintsNoS3AndVersion20NoDormantOption) {
  const auto text = [](const char* protocol) {
    const GoldenMesh mesh = golden_mesh("full_mesh", protocol);
    return mesh.text_of(mesh.nodes.front());
  };
  EXPECT_EQ(text("1.5").find("S3"), std::string::npos);
  for (const char* key : {"HeaderProtectionKey", "RandomTrailers", "RekeyAfterTime", "DisableCookies", "Itime", "J1"}) {
    EXPECT_EQ(text("2.0").find(key), std::string::npos) << key;
  }
  for (const char* protocol : kGoldenProtocols) EXPECT_EQ(text(protocol).find("_random"), std::string::npos);
}

TEST(AwgText, WireGuardConfigsHaveNoAwgLines) {
  GoldenMesh mesh = golden_mesh("hub_spoke", "3.1");
  mesh.config.tunnel_protocol = "wireguard";
  EXPECT_EQ(mesh.text_of(mesh.nodes.front()).find("Jc"), std::string::npos);
}

TEST(AwgText, NoValueCanSmuggleALine) {
  GoldenMesh mesh = golden_mesh("hub_spoke", "3.1");
  mesh.nodes[0].awg.i1 = "<t>\nPostUp = reboot";
  EXPECT_THROW(mesh.text_of(mesh.nodes[0]), std::invalid_argument);
  mesh = golden_mesh("hub_spoke", "3.1");
  mesh.config.awg.options[kHeaderProtectionKey] = "x\nPostUp = reboot";
  EXPECT_THROW(mesh.text_of(mesh.nodes[0]), std::invalid_argument);
}

}  // namespace
}  // namespace loomgate::domain
