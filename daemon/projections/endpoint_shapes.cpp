// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/endpoint_view.h"

namespace loomgate::json {

// What a runtime and an item of the runtime snapshot have in common.
const Shape<domain::PresenceState>& Describe<domain::PresenceState>::shape() {
  using S = domain::PresenceState;
  static const auto shape =
      Shape<S>("Presence")
          .field("online", &S::online)
          .field("connectivity_state", &S::connectivity_state, literal({"unknown", "online", "offline", "probing"}))
          .field("wg_running", &S::wg_running)
          .field("wg_runtime_state", &S::wg_runtime_state, literal({"unknown", "running", "stopped"}))
          .field("config_sync_state", &S::config_sync_state, literal({"unknown", "pending", "in_sync", "failed"}))
          .field("peers_online", &S::peers_online)
          .field("peers_total", &S::peers_total)
          .field("last_seen", &S::last_seen)
          .field("last_probe_sent_at", &S::last_probe_sent_at)
          .field("last_probe_ack_at", &S::last_probe_ack_at)
          .field("heartbeat_client_online", &S::heartbeat_client_online)
          .field("heartbeat_wg_online", &S::heartbeat_wg_online)
          .field("detect_client_online", &S::detect_client_online)
          .field("detect_wg_online", &S::detect_wg_online);
  return shape;
}

const Shape<domain::MqttServiceStatus>& Describe<domain::MqttServiceStatus>::shape() {
  using S = domain::MqttServiceStatus;
  static const auto shape = Shape<S>("MqttService")
                                .field("enabled", &S::enabled)
                                .field("connected", &S::connected)
                                .field("status", &S::status, literal({"disabled", "connecting", "connected", "error"}))
                                .field("last_error", &S::last_error)
                                .field("last_connected_at", &S::last_connected_at);
  return shape;
}

const Shape<projections::RuntimeView>& Describe<projections::RuntimeView>::shape() {
  using S = projections::RuntimeView;
  static const auto shape = Shape<S>("Runtime")
                                .field("id", &S::id)
                                .field("config_id", &S::config_id)
                                .field("node_id", &S::node_id)
                                .flatten(&S::presence)
                                .field("last_control_channel_seen_at", &S::last_control_channel_seen_at)
                                .field("last_config_sync_error", &S::last_config_sync_error)
                                .field("last_connectivity_reason", &S::last_connectivity_reason)
                                .field("client_downloaded", &S::client_downloaded)
                                .field("client_downloaded_at", &S::client_downloaded_at)
                                .field("created_at", &S::created_at)
                                .field("updated_at", &S::updated_at);
  return shape;
}

const Shape<projections::ClientView>& Describe<projections::ClientView>::shape() {
  using S = projections::ClientView;
  static const auto shape = Shape<S>("ClientState")
                                .field("client_initialized", &S::client_initialized)
                                .field("client_platform", &S::client_platform)
                                .field("client_version", &S::client_version)
                                .field("client_hostname", &S::client_hostname)
                                .field("client_version_label", &S::client_version_label)
                                .field("mqtt_username", &S::mqtt_username)
                                .field("mqtt_client_id", &S::mqtt_client_id)
                                .field("client_presence_state", &S::client_presence_state)
                                .field("boot_id", &S::boot_id)
                                .field("session_id", &S::session_id)
                                .field("last_heartbeat_at", &S::last_heartbeat_at)
                                .field("last_detect_ack_at", &S::last_detect_ack_at)
                                .field("last_reachable_at", &S::last_reachable_at)
                                .field("last_offline_at", &S::last_offline_at)
                                .field("last_will_at", &S::last_will_at)
                                .field("last_event", &S::last_event)
                                .field("last_event_at", &S::last_event_at);
  return shape;
}

const Shape<projections::ConfigStateView>& Describe<projections::ConfigStateView>::shape() {
  using S = projections::ConfigStateView;
  static const auto shape = Shape<S>("ConfigState")
                                .field("desired_version", &S::desired_version)
                                .field("staged_version", &S::staged_version)
                                .field("confirmed_version", &S::confirmed_version)
                                .field("desired_sha256", &S::desired_sha256)
                                .field("staged_sha256", &S::staged_sha256)
                                .field("confirmed_sha256", &S::confirmed_sha256)
                                .field("reported_local_sha256", &S::reported_local_sha256)
                                .field("reported_local_version", &S::reported_local_version)
                                .field("status", &S::status)
                                .field("server_apply_status", &S::server_apply_status)
                                .field("wg_config_version_state", &S::wg_config_version_state);
  return shape;
}

const Shape<projections::EndpointStatus>& Describe<projections::EndpointStatus>::shape() {
  using S = projections::EndpointStatus;
  static const auto shape = Shape<S>("EndpointStatus")
                                .field("node", &S::node)
                                .field("runtime", &S::runtime)
                                .field("client_state", &S::client_state)
                                .field("mqtt_service", &S::mqtt_service)
                                .field("config_state", &S::config_state)
                                .field("last_control", &S::last_control);
  return shape;
}

const Shape<store::ControlLog>& Describe<store::ControlLog>::shape() {
  using S = store::ControlLog;
  static const auto shape = Shape<S>("ControlLog")
                                .field("id", &S::id)
                                .field("request_id", &S::request_id)
                                .field("config_id", &S::config_id)
                                .field("node_id", &S::node_id)
                                .field("action", &S::action)
                                .field("status", &S::status)
                                .field("requested_by", &S::requested_by)
                                .field("summary", &S::summary)
                                .field("detail", &S::detail)
                                .field("requested_at", &S::requested_at)
                                .field("ack_at", &S::ack_at)
                                .field("created_at", &S::created_at)
                                .field("updated_at", &S::updated_at);
  return shape;
}

}  // namespace loomgate::json
