// SPDX-License-Identifier: Apache-2.0
// Port forwards (spec domain 7): the To node takes what arrives at its virtual address and sends it through the tunnel to the
// service on the From node. Hooks live on the To node only. Pure.
#pragma once

#include <optional>
#include <string>

#include "daemon/base/time.h"
#include "daemon/domain/managed_hooks.h"

namespace loomgate::domain {

struct PortForward {
  std::string id;
  std::string config_id;
  std::string from_node_id;  // where the service listens
  int from_port = 0;
  std::string to_node_id;  // where the traffic arrives
  int to_port = 0;
  std::string to_platform;       // of the To node: linux, darwin
  std::string protocol = "tcp";  // tcp, udp, all
  bool enabled = true;
  Timestamp created_at{};
  Timestamp updated_at{};
};

bool is_forward_port(int port);
bool is_forward_platform(const std::string& platform);
// In lower case; nullopt for anything but tcp, udp and all in any case.
std::optional<std::string> forward_protocol(const std::string& text);

// The bare address of a virtual IP; nullopt unless it is IPv4.
std::optional<std::string> forward_address(const std::optional<std::string>& virtual_ip);

// Where packets go in (to) and come out (from): bare IPv4 addresses.
struct ForwardAddresses {
  std::string from;
  std::string to;
};

struct ForwardCommands {
  std::string post_up;
  std::string pre_down;
};

// One line each, for any POSIX shell, safe under `set -e`: they always succeed, so a rule that a host cannot take does not
// leave an interface half-way up or down. PostUp first takes away what an earlier run left, so it may run any number of
// times; PreDown finds its rules by their tag "wfm-<rule id>-<protocol>" and leaves nothing behind.
// docs/port-forwards.md tells what they do and need.
ForwardCommands forward_commands(const PortForward& rule, const ForwardAddresses& addresses);

// Appends the two hooks of an enabled rule whose From node is enabled. Nothing when one of the virtual IPs is not IPv4
// (any more).
void add_forward_hooks(ManagedHooks& hooks, const PortForward& rule, const std::optional<std::string>& from_virtual_ip,
                       const std::optional<std::string>& to_virtual_ip);

}  // namespace loomgate::domain
