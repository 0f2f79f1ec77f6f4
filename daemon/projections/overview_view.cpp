// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/overview_view.h"

#include <algorithm>

#include "daemon/store/nodes.h"
#include "daemon/store/topology.h"

namespace loomgate::projections {
namespace {

// The nodes and the items come from two readings: an item may be missing, its order never differs.
std::vector<NodeCard> cards_of(const std::vector<domain::Node>& nodes, const std::vector<RuntimeSnapshotItem>& items,
                               const std::vector<std::string>& invalid_node_ids, bool enabled) {
  std::vector<NodeCard> cards;
  auto item = items.begin();
  for (const auto& node : nodes) {
    const bool is_known = item != items.end() && item->node_id == node.id;
    const RuntimeSnapshotItem* const shown = is_known ? &*item++ : nullptr;
    if (node.enabled != enabled || shown == nullptr) continue;
    NodeCard card{node.id, node.name, shown->node_type, node.enabled, node.virtual_ip, node.ipv4_address,
                  node.ipv6_address, node.tags, node.created_at, shown->presence.online, shown->presence.peers_total,
                  std::ranges::binary_search(invalid_node_ids, node.id)};
    cards.push_back(std::move(card));
  }
  return cards;
}

OverviewStats stats_of(const ConfigOverview& overview, const domain::Topology& topology) {
  OverviewStats stats;
  const auto count = [](const auto& cards, const auto& holds) {
    return static_cast<int>(std::ranges::count_if(cards, holds));
  };
  stats.disabled_nodes = static_cast<int>(overview.disabled_node_cards.size());
  stats.total_nodes = static_cast<int>(overview.node_cards.size()) + stats.disabled_nodes;
  stats.dynamic_nodes = count(overview.node_cards, [](const auto& card) { return card.node_type == "dynamic"; });
  stats.static_nodes = static_cast<int>(overview.node_cards.size()) - stats.dynamic_nodes;
  stats.online_nodes = count(overview.node_cards, [](const auto& card) { return card.online; });
  stats.peer_links = static_cast<int>(topology.groups.size());
  return stats;
}

}  // namespace

ConfigOverview view_overview(pg::Connection& connection, const crypto::Sealer& sealer, domain::Config config,
                             bool mqtt_enabled) {
  auto nodes = store::nodes_of_config(connection, config.id, &sealer);
  const auto rows = load_agent_rows(connection, config.id, nodes);
  const auto topology = std::move(store::load_topologies(connection, {config.id})[config.id]);
  const auto report = domain::validate_topology(topology);

  ConfigOverview overview;
  overview.topology = view_summary(report);
  overview.runtime_snapshot = snapshot_items(nodes, rows, mqtt_enabled);
  overview.node_cards = cards_of(nodes, overview.runtime_snapshot, report.invalid_node_ids, true);
  overview.disabled_node_cards = cards_of(nodes, overview.runtime_snapshot, report.invalid_node_ids, false);
  overview.sync_status = config_sync_status(connection, config.id, report, mqtt_enabled);
  overview.stats = stats_of(overview, topology);
  overview.nodes = view_nodes(connection, std::move(nodes), mqtt_enabled);
  overview.config = view_config(connection, sealer, std::move(config), mqtt_enabled);
  return overview;
}

}  // namespace loomgate::projections

namespace loomgate::json {

using projections::ConfigOverview;
using projections::NodeCard;
using projections::OverviewStats;

const Shape<OverviewStats>& Describe<OverviewStats>::shape() {
  static const auto shape = Shape<OverviewStats>("OverviewStats")
                                .field("total_nodes", &OverviewStats::total_nodes)
                                .field("dynamic_nodes", &OverviewStats::dynamic_nodes)
                                .field("static_nodes", &OverviewStats::static_nodes)
                                .field("disabled_nodes", &OverviewStats::disabled_nodes)
                                .field("online_nodes", &OverviewStats::online_nodes)
                                .field("peer_links", &OverviewStats::peer_links);
  return shape;
}

const Shape<NodeCard>& Describe<NodeCard>::shape() {
  static const auto shape = Shape<NodeCard>("NodeCard")
                                .field("id", &NodeCard::id)
                                .field("name", &NodeCard::name)
                                .field("node_type", &NodeCard::node_type, literal({"dynamic", "static"}))
                                .field("enabled", &NodeCard::enabled)
                                .field("virtual_ip", &NodeCard::virtual_ip)
                                .field("ipv4_address", &NodeCard::ipv4_address)
                                .field("ipv6_address", &NodeCard::ipv6_address)
                                .field("tags", &NodeCard::tags)
                                .field("created_at", &NodeCard::created_at)
                                .field("online", &NodeCard::online)
                                .field("peers_total", &NodeCard::peers_total)
                                .field("mesh_error", &NodeCard::mesh_error);
  return shape;
}

const Shape<ConfigOverview>& Describe<ConfigOverview>::shape() {
  static const auto shape = Shape<ConfigOverview>("ConfigOverview")
                                .field("config", &ConfigOverview::config)
                                .field("stats", &ConfigOverview::stats)
                                .field("nodes", &ConfigOverview::nodes)
                                .field("node_cards", &ConfigOverview::node_cards)
                                .field("disabled_node_cards", &ConfigOverview::disabled_node_cards)
                                .field("runtime_snapshot", &ConfigOverview::runtime_snapshot)
                                .field("sync_status", &ConfigOverview::sync_status)
                                .field("topology", &ConfigOverview::topology);
  return shape;
}

}  // namespace loomgate::json
