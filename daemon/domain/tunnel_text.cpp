// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/tunnel_text.h"

#include <stdexcept>
#include <string_view>

#include "daemon/domain/awg_text.h"
#include "daemon/domain/text.h"
#include "daemon/domain/tunnel_protocol.h"

namespace loomgate::domain {
namespace {

void require_single_line(std::string_view key, std::string_view value) {
  if (!has_control_characters(value)) return;
  throw std::invalid_argument("the value of " + std::string(key) + " holds a control character");
}

void add_line(std::string& text, std::string_view key, std::string_view value) {
  require_single_line(key, value);
  text.append(key).append(" = ").append(value).append("\n");
}

void add_line(std::string& text, std::string_view key, int value) {
  add_line(text, key, std::to_string(value));
}

bool is_set(const std::optional<std::string>& value) {
  return value && !value->empty();
}

void add_if_set(std::string& text, std::string_view key, const std::optional<std::string>& value) {
  if (is_set(value)) add_line(text, key, *value);
}

void add_basics(std::string& text, const Config& config, const Node& node) {
  add_line(text, "PrivateKey", node.private_key);
  add_if_set(text, "Address", node.virtual_ip);
  const int own_port = node.listen_port.value_or(0);
  add_line(text, "ListenPort", own_port != 0 ? own_port : config.default_listen_port);
  add_if_set(text, "DNS", is_set(node.dns) ? node.dns : config.default_dns);
  const int own_mtu = node.mtu.value_or(0);
  const int mtu = own_mtu != 0 ? own_mtu : config.default_mtu.value_or(0);
  if (mtu != 0) add_line(text, "MTU", mtu);
}

void add_commands(std::string& text, std::string_view key, const std::vector<std::string>& own,
                  const std::vector<ManagedHook>& managed) {
  for (const std::string& command : own) add_line(text, key, command);
  for (const ManagedHook& hook : managed) add_line(text, key, hook.command);
}

void add_hooks(std::string& text, const Node& node, const ManagedHooks& managed) {
  add_commands(text, "PreUp", node.pre_up, managed.pre_up);
  add_commands(text, "PostUp", node.post_up, managed.post_up);
  add_commands(text, "PreDown", node.pre_down, managed.pre_down);
  add_commands(text, "PostDown", node.post_down, managed.post_down);
}

void add_interface(std::string& text, const TunnelInput& input) {
  text += "[Interface]\n";
  add_basics(text, input.config, input.node);
  add_hooks(text, input.node, input.managed);
  if (!is_amnezia(input.config.tunnel_protocol)) return;
  for (const auto& [key, value] : awg_lines(input.config.awg, input.node.awg)) add_line(text, key, value);
}

void add_peer(std::string& text, const PeerLink& link, const PeerNode& peer, int default_listen_port) {
  require_single_line("Peer", peer.name);
  text.append("\n# Peer: ").append(peer.name).append("\n[Peer]\n");
  add_line(text, "PublicKey", peer.public_key);
  add_line(text, "AllowedIPs", link.allowed_ips);
  add_if_set(text, "PresharedKey", link.preshared_key);
  const auto endpoint = resolve_endpoint(endpoint_choice(link), peer.entry, default_listen_port);
  if (!endpoint) return;
  add_line(text, "Endpoint", *endpoint);
  const int keepalive = link.persistent_keepalive.value_or(0);
  if (keepalive != 0) add_line(text, "PersistentKeepalive", keepalive);
}

}  // namespace

std::string render_tunnel_text(const TunnelInput& input) {
  std::string text;
  text.reserve(512 + input.peers.size() * 256);
  add_interface(text, input);
  for (const TunnelPeer& peer : input.peers) {
    add_peer(text, *peer.link, *peer.peer, input.config.default_listen_port);
  }
  return text;
}

}  // namespace loomgate::domain
