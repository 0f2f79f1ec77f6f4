// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/endpoint_view.h"

#include "daemon/base/error_codes.h"
#include "daemon/domain/binding.h"
#include "daemon/domain/sync_state.h"
#include "daemon/store/node_state.h"

namespace loomgate::projections {
namespace {

bool is_dynamic(const domain::Node& node, bool mqtt_enabled) {
  return effective_type(node.node_type, mqtt_enabled) == "dynamic";
}

void show_silent(domain::PresenceState& presence, const char* connectivity, const char* reason) {
  presence.online = false;
  presence.connectivity_state = connectivity;
  presence.wg_running = false;
  presence.wg_runtime_state = "unknown";
  presence.last_seen.reset();
  presence.last_probe_sent_at.reset();
  presence.last_probe_ack_at.reset();
  presence.last_control_channel_seen_at.reset();
  presence.heartbeat_client_online = presence.heartbeat_wg_online = false;
  presence.detect_client_online = presence.detect_wg_online = false;
  presence.last_connectivity_reason = reason;
}

json::Field<Timestamp> nullable(const std::optional<Timestamp>& time) {
  return time ? json::Field<Timestamp>(*time) : json::Field<Timestamp>::null();
}

}  // namespace

domain::PresenceState shown_presence(const domain::Node& node, domain::PresenceState stored, bool mqtt_enabled) {
  if (!node.enabled) {
    show_silent(stored, "unknown", "node-disabled");
    stored.config_sync_state = "unknown";
    stored.peers_online = stored.peers_total = 0;
  } else if (!is_dynamic(node, mqtt_enabled)) {
    show_silent(stored, "offline", "static-node");
  }
  return stored;
}

RuntimeView view_runtime(const domain::Node& node, store::RuntimeStatus stored, bool mqtt_enabled) {
  RuntimeView view;
  // There is one row per node, so its id needs no column of its own.
  view.id = "rt_" + node.id.substr(node.id.find('_') + 1);
  view.config_id = std::move(stored.config_id);
  view.node_id = std::move(stored.node_id);
  view.presence = shown_presence(node, std::move(stored.presence), mqtt_enabled);
  view.last_control_channel_seen_at = view.presence.last_control_channel_seen_at;
  view.last_config_sync_error = std::move(stored.last_config_sync_error);
  view.last_connectivity_reason = view.presence.last_connectivity_reason;
  if (node.enabled && is_dynamic(node, mqtt_enabled)) {
    view.client_downloaded = stored.client_downloaded;
    view.client_downloaded_at = stored.client_downloaded_at;
  }
  view.created_at = stored.created_at;
  view.updated_at = stored.updated_at;
  return view;
}

ClientView view_client(const domain::Node& node, const store::AgentStatus& agent, bool mqtt_enabled) {
  ClientView view;
  if (!is_dynamic(node, mqtt_enabled)) return view;
  const auto& stored = agent.client;
  const auto& presence = agent.runtime.presence;
  view.client_initialized = stored.initialized;
  view.client_presence_state = node.enabled ? presence.client_presence_state : "offline";
  view.client_platform = stored.platform;
  view.client_version = stored.version;
  view.client_hostname = stored.hostname;
  view.client_version_label = domain::client_version_label(stored.platform, stored.version);
  view.mqtt_username = stored.mqtt_username;
  view.mqtt_client_id = stored.mqtt_client_id;
  view.boot_id = presence.boot_id;
  view.session_id = presence.session_id;
  view.last_event = presence.last_event;
  view.last_heartbeat_at = nullable(presence.last_heartbeat_at);
  view.last_detect_ack_at = nullable(presence.last_detect_ack_at);
  view.last_reachable_at = nullable(presence.last_reachable_at);
  view.last_offline_at = nullable(presence.last_offline_at);
  view.last_will_at = nullable(presence.last_will_at);
  view.last_event_at = nullable(presence.last_event_at);
  return view;
}

ConfigStateView view_config_state(const domain::Node& node, const domain::NodeConfigState& state,
                                  const domain::PresenceState& shown, bool mqtt_enabled) {
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

EndpointStatus view_endpoint(pg::Connection& connection, domain::Node node, bool mqtt_enabled) {
  auto agent = store::find_agent_status(connection, node.id);
  if (!agent) throw Error(errors::kRuntimeNotFound, "Nothing is known of this node's device");
  const auto state = store::find_node_state(connection, node.id);
  if (!state) throw Error(errors::kNodeStateNotFound, "The node has no config state");
  EndpointStatus view;
  view.client_state = view_client(node, *agent, mqtt_enabled);
  view.runtime = view_runtime(node, std::move(agent->runtime), mqtt_enabled);
  view.config_state = view_config_state(node, *state, view.runtime.presence, mqtt_enabled);
  if (is_dynamic(node, mqtt_enabled)) view.last_control = store::newest_control_log(connection, node.id);
  view.node = view_node(connection, std::move(node), mqtt_enabled);
  return view;
}

}  // namespace loomgate::projections
