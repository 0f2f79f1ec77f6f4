// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/system_view.h"

#include <map>
#include <set>

#include "daemon/domain/sync_state.h"
#include "daemon/projections/config_view.h"
#include "daemon/projections/node_view.h"
#include "daemon/store/configs.h"
#include "daemon/store/topology.h"

namespace loomgate::projections {
namespace {

// Configs newest first, their nodes oldest first: the order of the lists that the console shows.
const pg::Statement kSyncIssues{
    "sync_issues", pg::Access::kRead,
    "SELECT n.config_id, n.id, n.name, n.node_type, s.desired_sha256, s.staged_sha256 "
    "FROM node_config_state s JOIN nodes n ON n.id = s.node_id JOIN configs c ON c.id = n.config_id "
    "WHERE (s.desired_sha256 = '' OR s.staged_sha256 <> s.desired_sha256) AND n.enabled AND n.auto_sync AND c.enabled "
    "ORDER BY c.created_at DESC, c.seq DESC, n.created_at, n.seq"};

using Reports = std::map<std::string, domain::TopologyReport>;

SystemSummary summary_of(const std::vector<ConfigView>& configs) {
  SystemSummary summary;
  summary.configs = static_cast<int>(configs.size());
  for (const auto& view : configs) {
    summary.nodes += view.counts.node_count;
    summary.dynamic_nodes += view.counts.dynamic_node_count;
    summary.online_nodes += view.counts.online_node_count;
  }
  return summary;
}

Reports invalid_reports(pg::Connection& connection, const std::vector<ConfigView>& configs) {
  std::vector<std::string> ids;
  for (const auto& view : configs) {
    if (view.counts.topology_invalid) ids.push_back(view.config.id);
  }
  Reports reports;
  for (const auto& [config_id, topology] : store::load_topologies(connection, ids)) {
    reports.emplace(config_id, domain::validate_topology(topology));
  }
  return reports;
}

SystemTopology topology_of(const std::vector<ConfigView>& configs, const Reports& reports) {
  SystemTopology shown;
  for (const auto& view : configs) {
    const auto found = reports.find(view.config.id);
    if (found == reports.end() || found->second.valid()) continue;
    const auto& report = found->second;
    const int invalid_nodes = static_cast<int>(report.invalid_node_ids.size());
    shown.invalid_configs.push_back(
        {view.config.id, view.config.name, static_cast<int>(report.errors.size()), invalid_nodes, report.errors});
    shown.invalid_node_count += invalid_nodes;  // a node is of one config
  }
  shown.invalid_config_count = static_cast<int>(shown.invalid_configs.size());
  shown.valid = shown.invalid_configs.empty();
  return shown;
}

// The sentences about a config that its issues repeat.
class Messages {
 public:
  Messages(const std::vector<ConfigView>& configs, const Reports& reports, std::set<std::string> linked)
      : reports_(reports), linked_(std::move(linked)) {
    for (const auto& view : configs) configs_.emplace(view.config.id, &view);
  }

  const ConfigView* config(const std::string& id) const {
    const auto found = configs_.find(id);
    return found == configs_.end() ? nullptr : found->second;
  }
  void describe(const ConfigView& view, SyncIssue& issue) const {
    const auto report = reports_.find(view.config.id);
    issue.topology_valid = report == reports_.end() || report->second.valid();
    issue.messages = issue.topology_valid ? warnings(view) : report->second.errors;
  }

 private:
  std::vector<std::string> warnings(const ConfigView& view) const {
    const int enabled_nodes = view.counts.node_count - view.counts.disabled_node_count;
    return domain::unlinked_warnings(enabled_nodes, linked_.contains(view.config.id));
  }

  const Reports& reports_;
  const std::set<std::string> linked_;
  std::map<std::string, const ConfigView*> configs_;
};

std::vector<SyncIssue> issues_of(const pg::Result& rows, const Messages& messages, bool mqtt_enabled) {
  std::vector<SyncIssue> issues;
  for (const auto row : rows) {
    SyncIssue issue;
    issue.config_id = row.get<std::string>(0);
    const ConfigView* const config = messages.config(issue.config_id);
    if (config == nullptr) continue;  // made between the two readings
    issue.config_name = config->config.name;
    issue.node_id = row.get<std::string>(1);
    issue.node_name = row.get<std::string>(2);
    issue.node_type = effective_type(row.get<std::string>(3), mqtt_enabled);
    issue.status = domain::apply_status(row.get<std::string>(4), row.get<std::string>(5));
    messages.describe(*config, issue);
    issues.push_back(std::move(issue));
  }
  return issues;
}

}  // namespace

SystemStatus view_system(pg::Connection& connection, bool mqtt_enabled) {
  const auto configs = count_configs(connection, store::all_configs(connection), mqtt_enabled);
  const auto reports = invalid_reports(connection, configs);
  std::vector<std::string> ids;
  for (const auto& view : configs) ids.push_back(view.config.id);

  SystemStatus status;
  status.summary = summary_of(configs);
  status.topology = topology_of(configs, reports);
  const Messages messages(configs, reports, store::linked_configs(connection, ids));
  status.sync.issues = issues_of(connection.exec(kSyncIssues), messages, mqtt_enabled);
  status.sync.issue_count = static_cast<int>(status.sync.issues.size());
  return status;
}

}  // namespace loomgate::projections
