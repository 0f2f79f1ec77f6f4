// SPDX-License-Identifier: Apache-2.0
// The columns of node_runtime that make a domain::PresenceState, for every statement that reads them.
#pragma once

#include "daemon/domain/presence.h"
#include "sql/pg/result.h"

// Of `node_runtime r`, in the order in which read_presence() takes them.
#define LOOMGATE_PRESENCE_COLUMNS                                                                                     \
  "r.online, r.connectivity_state, r.wg_running, r.wg_runtime_state, r.config_sync_state, r.peers_online, "           \
  "r.peers_total, r.last_seen, r.last_probe_sent_at, r.last_probe_ack_at, r.last_control_channel_seen_at, "           \
  "r.heartbeat_client_online, r.heartbeat_wg_online, r.detect_client_online, r.detect_wg_online, "                    \
  "r.last_connectivity_reason, r.client_presence_state, r.boot_id, r.session_id, r.last_heartbeat_at, "               \
  "r.last_detect_ack_at, r.last_reachable_at, r.last_offline_at, r.last_will_at, r.last_event, r.last_event_at "

namespace loomgate::store {

domain::PresenceState read_presence(pg::RowReader& reader);

}  // namespace loomgate::store
