// SPDX-License-Identifier: Apache-2.0
// A condition of statements, on a row r of node_runtime.
#pragma once

// The agent said something in its current session, so its start-up is behind it: a command that comes earlier can crash
// it (spec mqtt 9.4). A new session clears the session id; agents that send none are known by the time of their last
// word.
#define HAS_SPOKEN                                                                               \
  "(r.session_id <> '' OR greatest(r.last_event_at, r.last_heartbeat_at, r.last_detect_ack_at, " \
  "r.last_control_channel_seen_at) >= r.last_reachable_at) "
