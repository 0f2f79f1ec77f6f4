// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/tunnel_text.h"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>

namespace loomgate::domain {
namespace {

// A small mesh whose text uses every line there is.
struct Mesh {
  Config config;
  Node node;
  PeerNode peer, quiet;
  PeerLink to_peer, to_quiet;
  ManagedHooks managed;

  Mesh() {
    node.private_key = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";
    node.virtual_ip = "10.66.0.2/32";
    peer.name = "gw \u4e2d";
    peer.public_key = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";
    peer.entry.ipv6_address = "2001:db8::1";
    quiet.name = "quiet";
    quiet.public_key = peer.public_key;
    to_peer.allowed_ips = "10.66.0.0/24,fd00::/64";
    to_peer.endpoint_ref_family = "ipv6";
    to_peer.persistent_keepalive = 25;
    to_quiet.allowed_ips = "10.66.0.3/32";
    to_quiet.endpoint_ref_family = "ipv4";
    to_quiet.persistent_keepalive = 25;
  }

  std::string text() const {
    const std::vector<TunnelPeer> peers{{&to_peer, &peer}, {&to_quiet, &quiet}};
    return render_tunnel_text({.config = config, .node = node, .peers = peers, .managed = managed});
  }
};

ManagedHook managed(std::string command) {
  return {"port_forward", "pf_000000000001", std::move(command), "label"};
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(TunnelText, EveryLineInItsPlace) {
  Mesh mesh;
  mesh.node.listen_port = 40001;
  mesh.node.dns = "1.1.1.1, example.org";
  mesh.node.mtu = 1400;
  mesh.node.pre_up = {"pre up 1", "pre up 2"};
  mesh.node.post_up = {"post up"};
  mesh.node.pre_down = {"pre down"};
  mesh.node.post_down = {"post down"};
  mesh.managed.post_up = {managed("managed post up")};
  mesh.managed.pre_down = {managed("managed pre down")};
  mesh.to_peer.preshared_key = "FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE=";
  EXPECT_EQ(mesh.text(),
            "[Interface]\n"
            "PrivateKey = dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n"
            "Address = 10.66.0.2/32\n"
            "ListenPort = 40001\n"
            "DNS = 1.1.1.1, example.org\n"
            "MTU = 1400\n"
            "PreUp = pre up 1\n"
            "PreUp = pre up 2\n"
            "PostUp = post up\n"
            "PostUp = managed post up\n"
            "PreDown = pre down\n"
            "PreDown = managed pre down\n"
            "PostDown = post down\n"
            "\n"
            "# Peer: gw \u4e2d\n"
            "[Peer]\n"
            "PublicKey = hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n"
            "AllowedIPs = 10.66.0.0/24,fd00::/64\n"
            "PresharedKey = FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE=\n"
            "Endpoint = [2001:db8::1]:51820\n"
            "PersistentKeepalive = 25\n"
            "\n"
            "# Peer: quiet\n"
            "[Peer]\n"
            "PublicKey = hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n"
            "AllowedIPs = 10.66.0.3/32\n");
}

TEST(TunnelText, LeastNodeHasOnlyKeyAndPort) {
  Mesh mesh;
  mesh.node.virtual_ip.reset();
  EXPECT_EQ(render_tunnel_text({.config = mesh.config, .node = mesh.node, .peers = {}, .managed = {}}),
            "[Interface]\nPrivateKey = dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\nListenPort = 51820\n");
}

TEST(TunnelText, ConfigDefaultsFillInAndNodeValuesWin) {
  Mesh mesh;
  mesh.config.default_listen_port = 1234;
  mesh.config.default_dns = "9.9.9.9";
  mesh.config.default_mtu = 1300;
  for (const char* line : {"ListenPort = 1234", "DNS = 9.9.9.9", "MTU = 1300"})
    EXPECT_TRUE(has_line(mesh.text(), line));
  mesh.node.listen_port = 5;
  mesh.node.dns = "8.8.8.8";
  mesh.node.mtu = 1280;
  for (const char* line : {"ListenPort = 5", "DNS = 8.8.8.8", "MTU = 1280"}) EXPECT_TRUE(has_line(mesh.text(), line));
}

TEST(TunnelText, KeepaliveNeedsAnEndpointAndAValue) {
  Mesh mesh;
  mesh.to_peer.persistent_keepalive = 0;
  EXPECT_EQ(mesh.text().find("PersistentKeepalive"), std::string::npos);
  mesh.to_peer.persistent_keepalive.reset();
  EXPECT_EQ(mesh.text().find("PersistentKeepalive"), std::string::npos);
  mesh.to_peer.persistent_keepalive = 7;
  mesh.to_peer.endpoint_mode = "none";
  EXPECT_EQ(mesh.text().find("PersistentKeepalive"), std::string::npos);
  EXPECT_EQ(mesh.text().find("Endpoint"), std::string::npos);
}

TEST(TunnelText, EmptyOptionalTextsAreLeftOut) {
  Mesh mesh;
  mesh.node.virtual_ip = "";
  mesh.node.dns = "";
  mesh.to_peer.preshared_key = "";
  for (const char* key : {"Address", "DNS", "PresharedKey"}) EXPECT_EQ(mesh.text().find(key), std::string::npos) << key;
}

TEST(TunnelText, PeersKeepTheGivenOrder) {
  const std::string text = Mesh().text();
  EXPECT_LT(text.find("# Peer: gw"), text.find("# Peer: quiet"));
}

TEST(TunnelText, SameInputGivesTheSameBytes) {
  EXPECT_EQ(Mesh().text(), Mesh().text());
}

TEST(TunnelText, NoFieldCanSmuggleALine) {
  const std::string evil = "x\nPostUp = reboot";
  const std::vector<std::function<void(Mesh&)>> attacks{
      [&](Mesh& m) { m.node.private_key = evil; },
      [&](Mesh& m) { m.node.virtual_ip = evil; },
      [&](Mesh& m) { m.node.dns = evil; },
      [&](Mesh& m) { m.config.default_dns = evil; },
      [&](Mesh& m) { m.node.pre_up = {evil}; },
      [&](Mesh& m) { m.node.post_down = {"x\r"}; },
      [&](Mesh& m) { m.managed.post_up = {managed(evil)}; },
      [&](Mesh& m) { m.peer.name = evil; },
      [&](Mesh& m) { m.peer.public_key = evil; },
      [&](Mesh& m) { m.peer.entry.ipv6_address = evil; },
      [&](Mesh& m) { m.to_peer.allowed_ips = evil; },
      [&](Mesh& m) { m.to_peer.preshared_key = evil; },
      [&](Mesh& m) {
        m.to_peer = {}, m.to_peer.endpoint_mode = "manual", m.to_peer.endpoint_manual_host = evil,
        m.to_peer.endpoint_port_mode = "manual", m.to_peer.endpoint_manual_port = 1;
      },
  };
  for (std::size_t i = 0; i < attacks.size(); ++i) {
    Mesh mesh;
    attacks[i](mesh);
    EXPECT_THROW(mesh.text(), std::invalid_argument) << "attack " << i;
  }
}

TEST(TunnelText, RefusalNamesTheKeyButNotTheValue) {
  Mesh mesh;
  mesh.node.private_key = "secret\n";
  try {
    mesh.text();
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "the value of PrivateKey holds a control character");
  }
}

}  // namespace
}  // namespace loomgate::domain
