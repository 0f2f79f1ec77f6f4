// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/signals.h"

#include <map>
#include <set>

#include "daemon/store/presence.h"

namespace loomgate::agents {

void apply_signals(pg::Transaction& transaction, const std::vector<std::pair<std::string, domain::Signal>>& signals) {
  std::set<std::string> node_ids;
  for (const auto& [node_id, signal] : signals) node_ids.insert(node_id);
  std::map<std::string, store::NodePresence> nodes;
  for (auto& node : store::lock_presence(transaction, {node_ids.begin(), node_ids.end()}))
    nodes.emplace(node.node_id, node);
  std::set<std::string> changed;
  for (const auto& [node_id, signal] : signals) {
    const auto found = nodes.find(node_id);
    if (found == nodes.end()) continue;
    auto& node = found->second;
    auto next = domain::project(node.state, node.standing, signal);
    if (next == node.state) continue;
    node.state = std::move(next);
    changed.insert(node_id);
  }
  std::vector<store::NodePresence> rows;
  for (const auto& node_id : changed) rows.push_back(nodes.at(node_id));
  store::save_presence(transaction, rows);
}

}  // namespace loomgate::agents
