// SPDX-License-Identifier: Apache-2.0
// A node's agent and tunnel as clients see them (spec http-api 4.6, domain 9.4, 10.4): stored rows, and what a disabled or
// static node shows instead of them. Pure but for view_endpoint().
#pragma once

#include <optional>
#include <string>

#include "daemon/base/time_codec.h"
#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "daemon/domain/mqtt_service.h"
#include "daemon/json/shape.h"
#include "daemon/projections/node_view.h"
#include "daemon/store/commands.h"
#include "daemon/store/runtime_status.h"

namespace loomgate::projections {

struct RuntimeView {
  std::string id;
  std::string config_id, node_id;
  domain::PresenceState presence;  // what clients see of it stands in its shape
  std::optional<Timestamp> last_control_channel_seen_at;
  std::string last_config_sync_error, last_connectivity_reason;
  bool client_downloaded = false;
  std::optional<Timestamp> client_downloaded_at;
  Timestamp created_at{}, updated_at{};
};

// A static node, and every node while MQTT is off, has the first two members only.
struct ClientView {
  bool client_initialized = false;
  std::string client_presence_state = "offline";
  json::Field<std::string> client_platform, client_version, client_hostname, client_version_label;
  json::Field<std::string> mqtt_username, mqtt_client_id, boot_id, session_id, last_event;
  json::Field<Timestamp> last_heartbeat_at, last_detect_ack_at, last_reachable_at, last_offline_at, last_will_at,
      last_event_at;
};

struct ConfigStateView {
  int desired_version = 0, staged_version = 0, confirmed_version = 0, reported_local_version = 0;
  std::string desired_sha256, staged_sha256, confirmed_sha256, reported_local_sha256;
  std::string status;               // the runtime's config_sync_state
  std::string server_apply_status;  // SyncStatus.status
  std::string wg_config_version_state;
};

struct EndpointStatus {
  NodeView node;
  RuntimeView runtime;
  ClientView client_state;
  domain::MqttServiceStatus mqtt_service;
  ConfigStateView config_state;
  std::optional<store::ControlLog> last_control;
};

// The presence that readers see of this node (domain 9.4).
domain::PresenceState shown_presence(const domain::Node& node, domain::PresenceState stored, bool mqtt_enabled);
RuntimeView view_runtime(const domain::Node& node, store::RuntimeStatus stored, bool mqtt_enabled);
ClientView view_client(const domain::Node& node, const store::AgentStatus& stored, bool mqtt_enabled);
ConfigStateView view_config_state(const domain::Node& node, const domain::NodeConfigState& state,
                                  const domain::PresenceState& shown, bool mqtt_enabled);

// Of an enabled node with its key opened. RUNTIME_NOT_FOUND, NODE_STATE_NOT_FOUND. mqtt_service is the caller's to fill: its
// state is no row of the database.
EndpointStatus view_endpoint(pg::Connection& connection, domain::Node node, bool mqtt_enabled);

}  // namespace loomgate::projections

namespace loomgate::json {

template <>
struct Describe<domain::PresenceState> {
  static const Shape<domain::PresenceState>& shape();
};
template <>
struct Describe<domain::MqttServiceStatus> {
  static const Shape<domain::MqttServiceStatus>& shape();
};
template <>
struct Describe<projections::RuntimeView> {
  static const Shape<projections::RuntimeView>& shape();
};
template <>
struct Describe<projections::ClientView> {
  static const Shape<projections::ClientView>& shape();
};
template <>
struct Describe<projections::ConfigStateView> {
  static const Shape<projections::ConfigStateView>& shape();
};
template <>
struct Describe<projections::EndpointStatus> {
  static const Shape<projections::EndpointStatus>& shape();
};
template <>
struct Describe<store::ControlLog> {
  static const Shape<store::ControlLog>& shape();
};

}  // namespace loomgate::json
