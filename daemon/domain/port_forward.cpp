// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/port_forward.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "daemon/domain/addresses.h"

namespace loomgate::domain {
namespace {

using namespace fmt::literals;

std::vector<std::string> protocols_of(const PortForward& rule) {
  if (rule.protocol == "all") return {"tcp", "udp"};
  return {rule.protocol};
}

// A hash sign must never occur: wg-quick reads it as the start of a comment, quoted or not.
//
// Rules are found by their tag and not by their specification: an address may have changed since they were made.
std::string remove_from_iptables(const PortForward& rule) {
  return fmt::format(
      "if command -v iptables >/dev/null; then for t in nat filter; do iptables -w -t $t -S | grep wfm-{}- | "
      "while read -r a r; do iptables -w -t $t -D $r; done; done; fi; ",
      rule.id);
}

std::string remove_from_nftables(const PortForward& rule) {
  return fmt::format(
      "if command -v nft >/dev/null; then nft delete table ip wfm-{0} 2>/dev/null; nft -a list ruleset | "
      "awk '/^table/{{f=$2;t=$3}} $1==\"chain\"{{c=$2}} /comment \"wfm-{0}-/{{print f,t,c,$NF}}' | "
      "while read -r f t c h; do nft delete rule $f $t $c handle $h; done; fi; ",
      rule.id);
}

struct Step {
  const PortForward& rule;
  const ForwardAddresses& addresses;
  const std::string& protocol;

  std::string filled(const char* pattern) const {
    return fmt::format(fmt::runtime(pattern), "id"_a = rule.id, "p"_a = protocol, "E"_a = addresses.to,
                       "e"_a = rule.to_port, "S"_a = addresses.from, "s"_a = rule.from_port);
  }
};

// In front of the other rules of their chain: a host with a policy or a last rule that drops must not come first.
std::string add_to_iptables(const Step& step) {
  return step.filled(
      "iptables -w -t nat -I PREROUTING -p {p} -d {E} --dport {e} -m comment --comment wfm-{id}-{p} "
      "-j DNAT --to-destination {S}:{s}; "
      "iptables -w -I FORWARD -p {p} -d {S} --dport {s} -m comment --comment wfm-{id}-{p} -j ACCEPT; "
      "iptables -w -I FORWARD -p {p} -s {S} --sport {s} -m conntrack --ctstate ESTABLISHED,RELATED "
      "-m comment --comment wfm-{id}-{p} -j ACCEPT; "
      "iptables -w -t nat -I POSTROUTING -p {p} -d {S} --dport {s} -m comment --comment wfm-{id}-{p} -j MASQUERADE; ");
}

std::string dnat_in_nftables(const Step& step) {
  return step.filled("ip daddr {E} {p} dport {e} dnat to {S}:{s} comment \"wfm-{id}-{p}\"; ");
}

std::string masquerade_in_nftables(const Step& step) {
  return step.filled("ip daddr {S} {p} dport {s} masquerade comment \"wfm-{id}-{p}\"; ");
}

// Every chain that sees forwarded packets can drop them, so every one is told to accept ours.
std::string accept_in_nftables(const Step& step) {
  return step.filled(
      "nft insert rule $f $t $c ip daddr {S} {p} dport {s} accept comment '\"wfm-{id}-{p}\"'; "
      "nft insert rule $f $t $c ip saddr {S} {p} sport {s} ct state established,related accept "
      "comment '\"wfm-{id}-{p}\"'; ");
}

std::string add_on_linux(const PortForward& rule, const ForwardAddresses& addresses) {
  std::string iptables, dnat, masquerade, accept;
  for (const auto& protocol : protocols_of(rule)) {
    const Step step{rule, addresses, protocol};
    iptables += add_to_iptables(step);
    dnat += dnat_in_nftables(step);
    masquerade += masquerade_in_nftables(step);
    accept += accept_in_nftables(step);
  }
  return fmt::format(
      "if command -v iptables >/dev/null; then {}else nft 'table ip wfm-{} {{ "
      "chain prerouting {{ type nat hook prerouting priority -100; {}}}; "
      "chain postrouting {{ type nat hook postrouting priority 100; {}}}; }}'; nft list ruleset | "
      "awk '/^table/{{f=$2;t=$3}} $1==\"chain\"{{c=$2}} /hook forward/&&(f==\"ip\"||f==\"inet\"){{print f,t,c}}' | "
      "while read -r f t c; do {}done; fi; ",
      iptables, rule.id, dnat, masquerade, accept);
}

// Inside braces that are followed by ||, a failing command neither ends the hook nor counts.
std::string never_failing(const std::string& commands) {
  return "{ " + commands + "} || :";
}

ForwardCommands linux_commands(const PortForward& rule, const ForwardAddresses& addresses) {
  const auto remove = remove_from_iptables(rule) + remove_from_nftables(rule);
  return {never_failing(remove + add_on_linux(rule, addresses)), never_failing(remove)};
}

// Loading an anchor replaces what it held. pf is switched on but never off: others may use it.
ForwardCommands darwin_commands(const PortForward& rule, const ForwardAddresses& addresses) {
  std::string load, flush;
  for (const auto& protocol : protocols_of(rule)) {
    const Step step{rule, addresses, protocol};
    load += step.filled(
        "echo 'rdr pass on %i inet proto {p} from any to {E} port {e} -> {S} port {s}' | pfctl -a wfm/{id}/{p} -f -; ");
    flush += step.filled("pfctl -a wfm/{id}/{p} -F all; ");
  }
  return {never_failing(load + "pfctl -s info | grep -q 'Status: Enabled' || pfctl -e; "), never_failing(flush)};
}

}  // namespace

bool is_forward_port(int port) {
  return port >= 1 && port <= 65535;
}

bool is_forward_platform(const std::string& platform) {
  return platform == "linux" || platform == "darwin";
}

std::optional<std::string> forward_protocol(const std::string& text) {
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "tcp" || lower == "udp" || lower == "all") return lower;
  return std::nullopt;
}

std::optional<std::string> forward_address(const std::optional<std::string>& virtual_ip) {
  if (!virtual_ip) return std::nullopt;
  const auto parsed = parse_cidr(*virtual_ip);
  if (!parsed || parsed->address.family != Family::kIpv4) return std::nullopt;
  return to_string(parsed->address);
}

ForwardCommands forward_commands(const PortForward& rule, const ForwardAddresses& addresses) {
  return rule.to_platform == "darwin" ? darwin_commands(rule, addresses) : linux_commands(rule, addresses);
}

void add_forward_hooks(ManagedHooks& hooks, const PortForward& rule, const std::optional<std::string>& from_virtual_ip,
                       const std::optional<std::string>& to_virtual_ip) {
  const auto from = forward_address(from_virtual_ip);
  const auto to = forward_address(to_virtual_ip);
  if (!from || !to) return;
  auto commands = forward_commands(rule, {*from, *to});
  const auto label = fmt::format("From {}:{} To {}:{}", *from, rule.from_port, *to, rule.to_port);
  hooks.post_up.push_back({"port_forward", rule.id, std::move(commands.post_up), label});
  hooks.pre_down.push_back({"port_forward", rule.id, std::move(commands.pre_down), label});
}

}  // namespace loomgate::domain
