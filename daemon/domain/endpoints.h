// SPDX-License-Identifier: Apache-2.0
// From a link direction and the peer's public entry to the WireGuard Endpoint (spec domain 4.2, 4.3, 4.5). The texts
// are literal: clients match them (spec http-api 10).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/entities.h"

namespace loomgate::domain {

inline constexpr int kDefaultKeepalive = 25;  // seconds

// Where a node can be reached from outside.
struct PublicEntry {
  std::optional<std::string> ipv4_address{};  // literal or host name
  std::optional<std::string> ipv6_address{};
  std::optional<int> listen_port{};
};
PublicEntry public_entry(const Node& node);

// What one direction wants as Endpoint.
struct EndpointChoice {
  std::string mode = "auto";                // auto, none, manual
  std::optional<std::string> ref_family{};  // ipv4, ipv6; only for auto
  std::optional<std::string> manual_host{};
  std::string port_mode = "ref_peer_listen_port";  // or manual
  std::optional<int> manual_port{};
};
EndpointChoice endpoint_choice(const PeerLink& link);

// Known modes, and host and port given when manual; otherwise the request is INVALID_ENDPOINT.
bool is_valid_choice(const EndpointChoice& choice);
// What is stored of a valid choice: a family exactly for auto (ipv4 unless ipv6 is asked for), blank host as null, port
// mode manual for mode manual, so that text and summary agree.
EndpointChoice stored_choice(EndpointChoice choice);

// "host:port" or "[v6]:port"; brackets that somebody typed around the host are taken off first.
std::string endpoint_text(std::string_view host, int port);
// nullopt when the text of this direction gets no Endpoint line.
std::optional<std::string> resolve_endpoint(const EndpointChoice& choice, const PublicEntry& peer,
                                            int default_listen_port);
bool has_endpoint(const EndpointChoice& choice, const PublicEntry& peer, int default_listen_port);

// The keepalive to store: what was sent, but none without an endpoint.
std::optional<int> stored_keepalive(const EndpointChoice& choice, const PublicEntry& peer, int default_listen_port,
                                    std::optional<int> wanted);

enum class EndpointState { kMissing, kDisabled, kResolved, kUnresolved };
// A null choice means that the direction does not exist.
EndpointState endpoint_state(const EndpointChoice* choice, const PublicEntry& peer, int default_listen_port);

// The peer of a direction, as its card names it.
struct EndpointPeer {
  std::string name;
  PublicEntry entry;
};
std::string endpoint_summary(const EndpointChoice* choice, const EndpointPeer& peer, int default_listen_port);
std::string keepalive_display(const EndpointChoice& choice, const PublicEntry& peer, int default_listen_port,
                              std::optional<int> keepalive);

// Warnings of a link draft, in the order of spec domain 4.5. The family is "ipv6" or anything else for IPv4.
std::vector<std::string> draft_warnings(const Node& local, const Node& peer, std::string_view family);

}  // namespace loomgate::domain
