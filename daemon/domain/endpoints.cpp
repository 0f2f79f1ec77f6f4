// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/endpoints.h"

#include "daemon/domain/addresses.h"
#include "daemon/domain/text.h"

namespace loomgate::domain {
namespace {

bool is_blank(const std::optional<std::string>& text) {
  return !text || trim(*text).empty();
}

bool wants_ipv6(std::string_view family) {
  return family == "ipv6";
}

const char* family_label(std::string_view family) {
  return wants_ipv6(family) ? "IPV6" : "IPV4";
}

const std::optional<std::string>& entry_of_family(const PublicEntry& entry, std::string_view family) {
  return wants_ipv6(family) ? entry.ipv6_address : entry.ipv4_address;
}

std::optional<std::string> host_of(const EndpointChoice& choice, const PublicEntry& peer) {
  const auto& host =
      choice.mode == "manual" ? choice.manual_host : entry_of_family(peer, choice.ref_family.value_or("ipv4"));
  if (is_blank(host)) return std::nullopt;
  return std::string(trim(*host));
}

int peer_port(const PublicEntry& peer, int default_listen_port) {
  const int own = peer.listen_port.value_or(0);
  return own != 0 ? own : default_listen_port;
}

std::optional<int> port_of(const EndpointChoice& choice, const PublicEntry& peer, int default_listen_port) {
  const int port = choice.port_mode == "manual" ? choice.manual_port.value_or(0) : peer_port(peer, default_listen_port);
  if (port == 0) return std::nullopt;
  return port;
}

std::string_view without_brackets(std::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
  return host;
}

bool is_complete_manual(const EndpointChoice& choice) {
  return !is_blank(choice.manual_host) && choice.manual_port.value_or(0) != 0;
}

std::string auto_summary(const EndpointChoice& choice, const EndpointPeer& peer, int default_listen_port) {
  if (const auto host = host_of(choice, peer.entry)) {
    return "Auto uses " + endpoint_text(*host, peer_port(peer.entry, default_listen_port));
  }
  return peer.name + " has no public " + family_label(choice.ref_family.value_or("ipv4")) +
         " entry; auto mode leaves it empty";
}

std::string manual_summary(const EndpointChoice& choice) {
  if (!is_complete_manual(choice)) return "Manual mode requires Host and Port";
  return "Manual uses " + endpoint_text(trim(*choice.manual_host), *choice.manual_port);
}

std::string missing_virtual_ip(const Node& node, const char* direction) {
  return node.name + " is missing virtual IP. " + direction + " AllowedIPs must be filled manually.";
}

std::string missing_entry(const Node& node, std::string_view family, const char* direction) {
  return node.name + " has no public " + family_label(family) + " entry. " + direction +
         " auto Endpoint will be empty.";
}

}  // namespace

PublicEntry public_entry(const Node& node) {
  return {.ipv4_address = node.ipv4_address, .ipv6_address = node.ipv6_address, .listen_port = node.listen_port};
}

EndpointChoice endpoint_choice(const PeerLink& link) {
  return {.mode = link.endpoint_mode,
          .ref_family = link.endpoint_ref_family,
          .manual_host = link.endpoint_manual_host,
          .port_mode = link.endpoint_port_mode,
          .manual_port = link.endpoint_manual_port};
}

bool is_valid_choice(const EndpointChoice& choice) {
  if (choice.port_mode != "manual" && choice.port_mode != "ref_peer_listen_port") return false;
  if (choice.mode == "manual") return is_complete_manual(choice);
  return choice.mode == "auto" || choice.mode == "none";
}

EndpointChoice stored_choice(EndpointChoice choice) {
  if (choice.mode == "auto") {
    choice.ref_family = wants_ipv6(choice.ref_family.value_or("ipv4")) ? "ipv6" : "ipv4";
  } else {
    choice.ref_family.reset();
  }
  if (is_blank(choice.manual_host)) {
    choice.manual_host.reset();
  } else {
    choice.manual_host = std::string(trim(*choice.manual_host));
  }
  if (choice.mode == "manual") choice.port_mode = "manual";
  return choice;
}

std::string endpoint_text(std::string_view host, int port) {
  const std::string bare(without_brackets(host));
  const auto address = parse_address(std::string_view(bare).substr(0, bare.find('%')));  // a scope id stays in the text
  const bool needs_brackets = address && address->family == Family::kIpv6;
  return (needs_brackets ? '[' + bare + ']' : bare) + ':' + std::to_string(port);
}

std::optional<std::string> resolve_endpoint(const EndpointChoice& choice, const PublicEntry& peer,
                                            int default_listen_port) {
  if (choice.mode == "none") return std::nullopt;
  const auto host = host_of(choice, peer);
  const auto port = port_of(choice, peer, default_listen_port);
  if (!host || !port) return std::nullopt;
  return endpoint_text(*host, *port);
}

bool has_endpoint(const EndpointChoice& choice, const PublicEntry& peer, int default_listen_port) {
  if (choice.mode == "manual") return is_complete_manual(choice);
  return resolve_endpoint(choice, peer, default_listen_port).has_value();
}

std::optional<int> stored_keepalive(const EndpointChoice& choice, const PublicEntry& peer, int default_listen_port,
                                    std::optional<int> wanted) {
  if (!has_endpoint(choice, peer, default_listen_port)) return std::nullopt;
  return wanted;
}

EndpointState endpoint_state(const EndpointChoice* choice, const PublicEntry& peer, int default_listen_port) {
  if (choice == nullptr) return EndpointState::kMissing;
  if (choice->mode == "none") return EndpointState::kDisabled;
  const bool resolves = resolve_endpoint(*choice, peer, default_listen_port).has_value();
  return resolves ? EndpointState::kResolved : EndpointState::kUnresolved;
}

std::string endpoint_summary(const EndpointChoice* choice, const EndpointPeer& peer, int default_listen_port) {
  if (choice == nullptr) return "Missing reverse link";
  if (choice->mode == "none") return "No Endpoint";
  if (choice->mode == "manual") return manual_summary(*choice);
  return auto_summary(*choice, peer, default_listen_port);
}

std::string keepalive_display(const EndpointChoice& choice, const PublicEntry& peer, int default_listen_port,
                              std::optional<int> keepalive) {
  if (!has_endpoint(choice, peer, default_listen_port)) return "/";
  return keepalive ? std::to_string(*keepalive) : "Unset";
}

std::vector<std::string> draft_warnings(const Node& local, const Node& peer, std::string_view family) {
  std::vector<std::string> warnings;
  if (is_blank(peer.virtual_ip)) warnings.push_back(missing_virtual_ip(peer, "Forward"));
  if (is_blank(local.virtual_ip)) warnings.push_back(missing_virtual_ip(local, "Reverse"));
  if (is_blank(entry_of_family(public_entry(peer), family))) warnings.push_back(missing_entry(peer, family, "Forward"));
  if (is_blank(entry_of_family(public_entry(local), family))) {
    warnings.push_back(missing_entry(local, family, "Reverse"));
  }
  return warnings;
}

}  // namespace loomgate::domain
