// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/endpoint_view.h"

#include <map>

#include "daemon/domain/binding.h"
#include "daemon/domain/sync_state.h"
#include "daemon/projections/node_view.h"
#include "daemon/store/node_state.h"
#include "daemon/store/nodes.h"

namespace loomgate::projections {
namespace {

bool is_dynamic(const domain::Node& node, bool mqtt_enabled) {
  return effective_type(node.node_type, mqtt_enabled) == "dynamic";
}

void show_silent(store::RuntimeStatus& status, const char* connectivity, const char* reason) {
  status.online = false;
  status.connectivity_state = connectivity;
  status.wg_running = false;
  status.wg_runtime_state = "unknown";
  status.last_seen.reset();
  status.last_probe_sent_at.reset();
  status.last_probe_ack_at.reset();
  status.last_control_channel_seen_at.reset();
  status.heartbeat_client_online = status.heartbeat_wg_online = false;
  status.detect_client_online = status.detect_wg_online = false;
  status.last_connectivity_reason = reason;
  status.client_downloaded = false;
  status.client_downloaded_at.reset();
}

void show_effective(const domain::Node& node, store::RuntimeStatus& status, bool mqtt_enabled) {
  if (!node.enabled) {
    show_silent(status, "unknown", "node-disabled");
    status.config_sync_state = "unknown";
    status.peers_online = status.peers_total = 0;
  } else if (!is_dynamic(node, mqtt_enabled)) {
    show_silent(status, "offline", "static-node");
  }
}

json::Field<Timestamp> nullable(const std::optional<Timestamp>& time) {
  return time ? json::Field<Timestamp>(*time) : json::Field<Timestamp>::null();
}

}  // namespace

RuntimeView view_runtime(const domain::Node& node, store::RuntimeStatus stored, bool mqtt_enabled) {
  show_effective(node, stored, mqtt_enabled);
  // There is one row per node, so its id needs no column of its own.
  return {"rt_" + node.id.substr(node.id.find('_') + 1), std::move(stored)};
}

ClientView view_client(const domain::Node& node, const store::ClientStatus& stored, bool mqtt_enabled) {
  ClientView view;
  if (!is_dynamic(node, mqtt_enabled)) return view;
  view.client_initialized = stored.initialized;
  view.client_presence_state = node.enabled ? stored.presence_state : "offline";
  view.client_platform = stored.platform;
  view.client_version = stored.version;
  view.client_hostname = stored.hostname;
  view.client_version_label = domain::client_version_label(stored.platform, stored.version);
  view.mqtt_username = stored.mqtt_username;
  view.mqtt_client_id = stored.mqtt_client_id;
  view.boot_id = stored.boot_id;
  view.session_id = stored.session_id;
  view.last_event = stored.last_event;
  view.last_heartbeat_at = nullable(stored.last_heartbeat_at);
  view.last_detect_ack_at = nullable(stored.last_detect_ack_at);
  view.last_reachable_at = nullable(stored.last_reachable_at);
  view.last_offline_at = nullable(stored.last_offline_at);
  view.last_will_at = nullable(stored.last_will_at);
  view.last_event_at = nullable(stored.last_event_at);
  return view;
}

ConfigStateView view_config_state(const domain::Node& node, const domain::NodeConfigState& state,
                                  const store::RuntimeStatus& shown, bool mqtt_enabled) {
  ConfigStateView view;
  view.desired_version = state.desired_version;
  view.staged_version = state.staged_version;
  view.confirmed_version = state.confirmed_version;
  view.reported_local_version = state.reported_local_version;
  view.desired_sha256 = state.desired_sha256;
  view.staged_sha256 = state.staged_sha256;
  view.confirmed_sha256 = state.confirmed_sha256;
  view.reported_local_sha256 = state.reported_local_sha256;
  view.status = shown.config_sync_state;
  view.server_apply_status = domain::apply_status(state.desired_sha256, state.staged_sha256);
  view.wg_config_version_state =
      domain::wg_config_version_state(is_dynamic(node, mqtt_enabled), state.confirmed_sha256, state.staged_sha256);
  return view;
}

std::vector<RuntimeSnapshotItem> runtime_snapshot(pg::Connection& connection, const domain::Config& config,
                                                  bool mqtt_enabled) {
  const auto nodes = store::nodes_of_config(connection, config.id);
  std::map<std::string, store::AgentStatus> statuses;
  for (auto& status : store::agent_statuses(connection, config.id))
    statuses.emplace(status.runtime.node_id, std::move(status));
  std::vector<std::string> ids;
  for (const auto& node : nodes) ids.push_back(node.id);
  std::map<std::string, domain::NodeConfigState> states;
  for (auto& state : store::node_states(connection, ids)) states.emplace(state.node_id, std::move(state));

  std::vector<RuntimeSnapshotItem> items;
  for (const auto& node : nodes) {
    const auto status = statuses.find(node.id);
    if (status == statuses.end()) continue;
    const auto& state = states[node.id];
    auto shown = view_runtime(node, status->second.runtime, mqtt_enabled).status;
    const auto client = view_client(node, status->second.client, mqtt_enabled);
    items.push_back({node.name, effective_type(node.node_type, mqtt_enabled), std::move(shown),
                     domain::apply_status(state.desired_sha256, state.staged_sha256), client.client_initialized,
                     client.client_presence_state});
  }
  return items;
}

}  // namespace loomgate::projections
