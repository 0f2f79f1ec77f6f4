// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/domain/golden_mesh.h"

#include <algorithm>
#include <array>

#include "daemon/domain/tunnel_text.h"

namespace loomgate::domain {
namespace {

constexpr const char* kSubnet = "10.66.0.0/24";
constexpr const char* kAddressOfA = "10.66.0.1/32";
constexpr const char* kAddressOfB = "10.66.0.2/32";
constexpr const char* kAddressOfC = "10.66.0.3/32";

// Version 3.1 options lie dormant in the others and must leave no trace, and neither may the strategy.
AwgShared shared_awg(std::string_view version) {
  AwgShared awg;
  awg.version = version;
  awg.s1 = 24;
  awg.s2 = version == "3.1" ? 24 : 40;
  if (version == "1.5") awg.s3 = awg.s4 = 0;
  if (version == "2.0") awg.s3 = 18, awg.s4 = 0;
  if (version == "3.1") awg.s3 = awg.s4 = 24;
  const bool ranges = version == "2.0";
  awg.h1 = ranges ? "100000-100300" : "100000";
  awg.h2 = ranges ? "200000-200300" : "200000";
  awg.h3 = ranges ? "300000-300300" : "300000";
  awg.h4 = ranges ? "4294901023-4294901400" : "4294901023";
  awg.options = {{"header_protection_key", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="},
                 {"_random_direction", "dns"},
                 {"_random_intensity", "low"}};
  return awg;
}

AwgOptions node_options() {
  return {{"j1", "<r 40>"},
          {"j2", "<b 0xff00><rd 5>"},
          {"j3", AwgOptionValue()},
          {"itime", std::int64_t{30}},
          {"content_padding_addition", "3-40"},
          {"rekey_after_time", "105-130"},
          {"rekey_timeout", "5"},
          {"reject_after_time", "175-190"},
          {"keepalive_timeout", "10"},
          {"max_handshake_attempts", AwgOptionValue()},
          {"disable_cookies", false},
          {"random_trailers", true}};
}

AwgNode node_awg() {
  AwgNode awg;
  awg.jc = 3;
  awg.jmin = 64;
  awg.jmax = 200;
  awg.i1 = "<r 2><b 0x0100000100000000000008><rc 8><b 0x07696e76616c69640000010001>";
  awg.i3 = "<t><r 16>";
  awg.options = node_options();
  return awg;
}

Node node(const char* name, const char* address, const char* private_key, const char* public_key) {
  Node node;
  node.id = node.name = name;
  node.virtual_ip = address;
  node.private_key = private_key;
  node.public_key = public_key;
  return node;
}

std::vector<Node> three_nodes(bool amnezia) {
  std::vector<Node> nodes{
      node("a", kAddressOfA,
           "AAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAUE=", "pOCSkrZRwni5dyxWn1+puxPZBrRqtoyd+dwrRAn4ogk="),
      node("b", kAddressOfB,
           "AAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAkI=", "zo060cy2M+x7cMF4FKXHbs0CloUFDTRHRboFhw5YfVk="),
      node("c", kAddressOfC,
           "AAMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA0M=", "Xf7dO2vUf2+ijuFdlp1bsOpTd01Ii9r53xxuASSz7yI=")};
  nodes[0].ipv4_address = "192.0.2.1";
  nodes[0].post_up = {"echo up on %i"};
  nodes[1].ipv6_address = "2001:db8::2";
  nodes[1].listen_port = 51999;
  nodes[1].mtu = 1280;
  nodes[2].dns = "9.9.9.9";
  if (amnezia) {
    for (Node& each : nodes) each.awg = node_awg();
  }
  return nodes;
}

// One direction; `family` empty means that the local node does not call.
PeerLink link(const char* local, const char* peer, std::string allowed_ips, const char* family) {
  PeerLink link;
  link.local_node_id = local;
  link.peer_node_id = peer;
  link.allowed_ips = std::move(allowed_ips);
  link.preshared_key = "FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE=";
  link.persistent_keepalive = 25;
  if (*family == '\0') {
    link.endpoint_mode = "none";
  } else {
    link.endpoint_ref_family = family;
  }
  return link;
}

std::vector<PeerLink> links_of(std::string_view topology) {
  const std::string both = std::string(kAddressOfB) + "," + kAddressOfC;
  if (topology == "hub_spoke") {
    return {link("a", "b", kAddressOfB, ""), link("b", "a", kSubnet, "ipv4"), link("a", "c", kAddressOfC, ""),
            link("c", "a", kSubnet, "ipv4")};
  }
  if (topology == "free_mesh") {  // gateways a and b, c behind b
    return {link("a", "b", both, "ipv6"), link("b", "a", kAddressOfA, "ipv4"), link("b", "c", kAddressOfC, ""),
            link("c", "b", kSubnet, "ipv6")};
  }
  return {link("a", "b", kAddressOfB, "ipv6"), link("b", "a", kAddressOfA, "ipv4"),
          link("a", "c", kAddressOfC, ""),     link("c", "a", kAddressOfA, "ipv4"),
          link("b", "c", kAddressOfC, ""),     link("c", "b", kAddressOfB, "ipv6")};
}

}  // namespace

std::string GoldenMesh::text_of(const Node& node) const {
  std::vector<PeerNode> others;
  for (const Node& other : nodes) others.push_back({other.id, other.name, other.public_key, public_entry(other)});
  std::vector<TunnelPeer> peers;
  for (const PeerLink& link : links) {
    if (link.local_node_id != node.id) continue;
    peers.push_back({&link, &*std::ranges::find(others, link.peer_node_id, &PeerNode::id)});
  }
  ManagedHooks managed;
  managed.pre_down.emplace_back().command = "echo managed";
  return render_tunnel_text({.config = config, .node = node, .peers = peers, .managed = managed});
}

GoldenMesh golden_mesh(std::string_view topology, std::string_view protocol) {
  const bool amnezia = protocol != "wireguard";
  GoldenMesh mesh;
  mesh.config.virtual_subnet = kSubnet;
  mesh.config.default_mtu = 1420;
  mesh.nodes = three_nodes(amnezia);
  mesh.links = links_of(topology);
  if (!amnezia) return mesh;
  mesh.config.tunnel_protocol = "amneziawg";
  mesh.config.awg = shared_awg(protocol);
  // One topology leaves the trailers to its nodes; in the others the config's word is printed, and only once.
  if (topology != "free_mesh") mesh.config.awg.options["random_trailers"] = true;
  return mesh;
}

}  // namespace loomgate::domain
