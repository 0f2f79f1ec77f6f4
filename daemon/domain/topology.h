// SPDX-License-Identifier: Apache-2.0
// Is the mesh of a config usable (spec domain 4.9, 4.10)? Light inputs, so that a refresh need not load whole rows.
// Texts are literal (spec http-api 10). O(nodes + groups) but for the sorting of ids.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/domain/endpoints.h"

namespace loomgate::domain {

struct TopologyNode {
  std::string id;
  std::string name;
  bool enabled = true;
  PublicEntry entry;
};

struct TopologyLink {
  std::string local_node_id;
  std::string peer_node_id;
  EndpointChoice endpoint;
};

// At least one direction is present; both carry the group's `enabled`.
struct TopologyGroup {
  std::string id;
  bool enabled = true;
  std::optional<TopologyLink> forward;
  std::optional<TopologyLink> reverse;

  const TopologyLink& primary() const { return forward ? *forward : *reverse; }
};

struct Topology {
  int default_listen_port = 51820;
  std::vector<TopologyNode> nodes;
  std::vector<TopologyGroup> groups;  // oldest first
};

struct TopologyReport {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
  std::vector<std::string> invalid_node_ids;  // sorted, unique
  // Groups that share their pair with another enabled group, and what to say about it (also among the errors).
  std::unordered_map<std::string, std::string> duplicate_messages;

  bool valid() const { return errors.empty(); }
  // Errors if any, else warnings if any, else the one line that says all is well.
  std::vector<std::string> messages() const;
};
TopologyReport validate_topology(const Topology& topology);
// The warnings of a config without errors, from two facts: how many nodes are enabled, and is any group enabled?
std::vector<std::string> unlinked_warnings(int enabled_nodes, bool is_linked);

struct Integrity {
  bool broken = false;
  std::string message;  // empty when healthy

  const char* status() const { return broken ? "broken" : "healthy"; }
};
// Of one group, seen from `local`; the other end of the group is `peer`.
Integrity link_integrity(const TopologyGroup& group, const TopologyNode& local, const TopologyNode& peer,
                         int default_listen_port);

}  // namespace loomgate::domain
