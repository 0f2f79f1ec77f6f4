// SPDX-License-Identifier: Apache-2.0
// The downstream messages, byte for byte as the examples of the contract (spec mqtt 23), without their line breaks.
#include <gtest/gtest.h>

#include "daemon/agents/envelope.h"

namespace loomgate::agents {
namespace {

const Address kAddress{"0123456789abcdef0123456789abcdef", "cfg_bbbbbbbbbbbb", "node_aaaaaaaaaaaa",
                       *from_iso("2026-05-01T10:00:00.000001Z")};

std::string head(const std::string& type) {
  return R"({"type":")" + type +
         R"(","request_id":"0123456789abcdef0123456789abcdef","config_id":"cfg_bbbbbbbbbbbb",)" +
         R"("node_id":"node_aaaaaaaaaaaa","boot_id":"","session_id":"","sent_at":"2026-05-01T10:00:00.000001+00:00","payload":)";
}

TEST(EnvelopeBuild, push) {
  const Tunnel tunnel{"amneziawg", "3.1", "wireguard"};
  const std::string sha256(64, 'a');
  EXPECT_EQ(
      push_envelope(kAddress, tunnel, "lab-gw1", 7, sha256, "[Interface]\n"),
      head("config/push") + R"({"action":"push_config","tunnel_protocol":"amneziawg_2","awg_version":"3.1",)" +
          R"("previous_tunnel_protocol":"wireguard","interface_name":"lab-gw1","config_version":7,"config_sha256":")" +
          sha256 + R"(","config_text":"[Interface]\n"}})");
}

TEST(EnvelopeBuild, push_without_a_version_says_null) {
  EXPECT_EQ(
      push_envelope(kAddress, {}, "lab-gw1", 1, "", "x"),
      head("config/push") + R"({"action":"push_config","tunnel_protocol":"wireguard","awg_version":null,)" +
          R"("previous_tunnel_protocol":"wireguard","interface_name":"lab-gw1","config_version":1,"config_sha256":"",)" +
          R"("config_text":"x"}})");
}

TEST(EnvelopeBuild, control) {
  EXPECT_EQ(control_envelope(kAddress, {}, "start", "lab-gw1"),
            head("control") + R"({"action":"start","tunnel_protocol":"wireguard","awg_version":null,)" +
                R"("previous_tunnel_protocol":"wireguard","interface_name":"lab-gw1"}})");
}

TEST(EnvelopeBuild, info) {
  EXPECT_EQ(info_envelope(kAddress, {}, "wg_show"),
            head("info") + R"({"action":"wg_show","tunnel_protocol":"wireguard","awg_version":null,)" +
                R"("previous_tunnel_protocol":"wireguard"}})");
}

TEST(EnvelopeBuild, detect) {
  EXPECT_EQ(detect_envelope(kAddress, {}), head("detect") + R"({"tunnel_protocol":"wireguard","awg_version":null}})");
}

TEST(EnvelopeBuild, the_version_is_a_text_even_when_it_looks_like_a_number) {
  EXPECT_NE(info_envelope(kAddress, {"amneziawg", "2.0", "amneziawg"}, "wg_show").find(R"("awg_version":"2.0")"),
            std::string::npos);
}

}  // namespace
}  // namespace loomgate::agents
