// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/presence_columns.h"

namespace loomgate::store {

domain::PresenceState read_presence(pg::RowReader& reader) {
  domain::PresenceState state;
  state.online = reader.next<bool>();
  state.connectivity_state = reader.next<std::string>();
  state.wg_running = reader.next<bool>();
  state.wg_runtime_state = reader.next<std::string>();
  state.config_sync_state = reader.next<std::string>();
  state.peers_online = reader.next<int>();
  state.peers_total = reader.next<int>();
  state.last_seen = reader.next<std::optional<Timestamp>>();
  state.last_probe_sent_at = reader.next<std::optional<Timestamp>>();
  state.last_probe_ack_at = reader.next<std::optional<Timestamp>>();
  state.last_control_channel_seen_at = reader.next<std::optional<Timestamp>>();
  state.heartbeat_client_online = reader.next<bool>();
  state.heartbeat_wg_online = reader.next<bool>();
  state.detect_client_online = reader.next<bool>();
  state.detect_wg_online = reader.next<bool>();
  state.last_connectivity_reason = reader.next<std::string>();
  state.client_presence_state = reader.next<std::string>();
  state.boot_id = reader.next<std::string>();
  state.session_id = reader.next<std::string>();
  state.last_heartbeat_at = reader.next<std::optional<Timestamp>>();
  state.last_detect_ack_at = reader.next<std::optional<Timestamp>>();
  state.last_reachable_at = reader.next<std::optional<Timestamp>>();
  state.last_offline_at = reader.next<std::optional<Timestamp>>();
  state.last_will_at = reader.next<std::optional<Timestamp>>();
  state.last_event = reader.next<std::string>();
  state.last_event_at = reader.next<std::optional<Timestamp>>();
  return state;
}

}  // namespace loomgate::store
