// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/topology.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>
#include <utility>

namespace loomgate::domain {
namespace {

// Views into the nodes of one Topology.
using Pair = std::pair<std::string_view, std::string_view>;
struct PairHash {
  std::size_t operator()(const Pair& pair) const {
    const std::hash<std::string_view> hash;
    return hash(pair.first) * 31 + hash(pair.second);
  }
};

std::string duplicate_text(const TopologyNode& a, const TopologyNode& b) {
  return "Duplicate enabled peer links found between " + a.name + " and " + b.name +
         ". Only one enabled link group is allowed for the same node pair.";
}

std::string unreachable_text(const TopologyNode& a, const TopologyNode& b) {
  return "Mesh link between " + a.name + " and " + b.name + " is broken because both sides have no public endpoint.";
}

std::string disabled_peer_text(const TopologyNode& local, const TopologyNode& peer) {
  return "Mesh link from " + local.name + " references disabled endpoint " + peer.name + ".";
}

std::string bad_reference_text(const std::string& group_id, const std::set<std::string>& node_ids) {
  std::string list;
  for (const std::string& id : node_ids) list += (list.empty() ? "" : ", ") + id;
  return "Enabled Mesh link group " + group_id + " references missing or disabled endpoint: " + list + ".";
}

// One run over a topology.
class Validation {
 public:
  explicit Validation(const Topology& topology) : topology_(topology) {
    for (const TopologyNode& node : topology.nodes) nodes_.emplace(node.id, &node);
  }

  TopologyReport run() {
    find_duplicates();
    for (const TopologyGroup& group : topology_.groups) {
      if (group.enabled) check_group(group);
    }
    warn_when_unlinked();
    report_.invalid_node_ids.assign(invalid_.begin(), invalid_.end());
    return std::move(report_);
  }

 private:
  const TopologyNode* enabled_node(std::string_view id) const {
    const auto found = nodes_.find(id);
    return found != nodes_.end() && found->second->enabled ? found->second : nullptr;
  }

  void find_duplicates() {
    std::unordered_map<Pair, std::vector<const TopologyGroup*>, PairHash> by_pair;
    std::vector<Pair> order;  // pairs as their oldest groups come
    for (const TopologyGroup& group : topology_.groups) {
      if (!group.enabled) continue;
      const TopologyLink& link = group.primary();
      if (!enabled_node(link.local_node_id) || !enabled_node(link.peer_node_id)) continue;
      const Pair pair = std::minmax<std::string_view>(link.local_node_id, link.peer_node_id);
      auto& groups = by_pair[pair];
      if (groups.empty()) order.push_back(pair);
      groups.push_back(&group);
    }
    for (const Pair& pair : order) report_duplicates(by_pair.at(pair));
  }

  void report_duplicates(const std::vector<const TopologyGroup*>& groups) {
    if (groups.size() < 2) return;
    const TopologyLink& link = groups.front()->primary();
    const TopologyNode& local = *enabled_node(link.local_node_id);
    const TopologyNode& peer = *enabled_node(link.peer_node_id);
    const std::string text = duplicate_text(local, peer);
    fail(text, local, peer);
    for (const TopologyGroup* group : groups) report_.duplicate_messages.emplace(group->id, text);
  }

  void check_group(const TopologyGroup& group) {
    if (has_bad_reference(group)) return;
    const TopologyNode& local = *enabled_node(group.primary().local_node_id);
    const TopologyNode& peer = *enabled_node(group.primary().peer_node_id);
    const Integrity integrity = link_integrity(group, local, peer, topology_.default_listen_port);
    if (integrity.broken) fail(integrity.message, local, peer);
  }

  bool has_bad_reference(const TopologyGroup& group) {
    std::set<std::string> offending;
    std::set<std::string> counterparts;
    for (const auto* link : {&group.forward, &group.reverse}) {
      if (!link->has_value()) continue;
      for (const std::string& id : {(*link)->local_node_id, (*link)->peer_node_id}) {
        (enabled_node(id) ? counterparts : offending).insert(id);
      }
    }
    if (offending.empty()) return false;
    report_.errors.push_back(bad_reference_text(group.id, offending));
    invalid_.insert(counterparts.begin(), counterparts.end());
    return true;
  }

  void warn_when_unlinked() {
    const auto enabled_nodes = std::count_if(topology_.nodes.begin(), topology_.nodes.end(),
                                             [](const TopologyNode& node) { return node.enabled; });
    const bool is_linked = std::any_of(topology_.groups.begin(), topology_.groups.end(),
                                       [](const TopologyGroup& group) { return group.enabled; });
    report_.warnings = unlinked_warnings(static_cast<int>(enabled_nodes), is_linked);
  }

  void fail(const std::string& text, const TopologyNode& a, const TopologyNode& b) {
    report_.errors.push_back(text);
    invalid_.insert(a.id);
    invalid_.insert(b.id);
  }

  const Topology& topology_;
  std::unordered_map<std::string_view, const TopologyNode*> nodes_;
  std::set<std::string> invalid_;
  TopologyReport report_;
};

bool is_unresolved(const TopologyLink& link, const TopologyNode& local, const TopologyNode& peer,
                   int default_listen_port) {
  const TopologyNode& target = link.peer_node_id == peer.id ? peer : local;
  return endpoint_state(&link.endpoint, target.entry, default_listen_port) == EndpointState::kUnresolved;
}

}  // namespace

std::vector<std::string> TopologyReport::messages() const {
  if (!errors.empty()) return errors;
  if (!warnings.empty()) return warnings;
  return {"Topology check passed."};
}

std::vector<std::string> unlinked_warnings(int enabled_nodes, bool is_linked) {
  if (enabled_nodes < 2 || is_linked) return {};
  return {"Current config has no peer links."};
}

TopologyReport validate_topology(const Topology& topology) {
  return Validation(topology).run();
}

Integrity link_integrity(const TopologyGroup& group, const TopologyNode& local, const TopologyNode& peer,
                         int default_listen_port) {
  if (group.enabled && local.enabled && !peer.enabled) {
    return {.broken = true, .message = disabled_peer_text(local, peer)};
  }
  if (!group.forward || !group.reverse) return {};
  const bool is_unreachable = is_unresolved(*group.forward, local, peer, default_listen_port) &&
                              is_unresolved(*group.reverse, local, peer, default_listen_port);
  if (is_unreachable) return {.broken = true, .message = unreachable_text(local, peer)};
  return {};
}

}  // namespace loomgate::domain
