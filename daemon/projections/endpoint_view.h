// SPDX-License-Identifier: Apache-2.0
// A node's agent and tunnel as clients see them (spec http-api 4.6, domain 9.4, 10.3): stored rows, and what a disabled
// or static node shows instead of them. Pure but for runtime_snapshot().
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time_codec.h"
#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"
#include "daemon/store/commands.h"
#include "daemon/store/runtime_status.h"

namespace loomgate::projections {

struct RuntimeView {
  std::string id;
  store::RuntimeStatus status;
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

struct RuntimeSnapshotItem {
  std::string node_name;
  std::string node_type;  // effective
  store::RuntimeStatus status;
  std::string server_apply_status;
  bool client_initialized = false;
  std::string client_presence_state;
};

RuntimeView view_runtime(const domain::Node& node, store::RuntimeStatus stored, bool mqtt_enabled);
ClientView view_client(const domain::Node& node, const store::ClientStatus& stored, bool mqtt_enabled);
ConfigStateView view_config_state(const domain::Node& node, const domain::NodeConfigState& state,
                                  const store::RuntimeStatus& shown, bool mqtt_enabled);

// Every node of the config, in creation order. Three statements.
std::vector<RuntimeSnapshotItem> runtime_snapshot(pg::Connection& connection, const domain::Config& config,
                                                  bool mqtt_enabled);

}  // namespace loomgate::projections

namespace loomgate::json {

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
struct Describe<projections::RuntimeSnapshotItem> {
  static const Shape<projections::RuntimeSnapshotItem>& shape();
};
template <>
struct Describe<store::RuntimeStatus> {
  static const Shape<store::RuntimeStatus>& shape();
};
template <>
struct Describe<store::ControlLog> {
  static const Shape<store::ControlLog>& shape();
};

}  // namespace loomgate::json
