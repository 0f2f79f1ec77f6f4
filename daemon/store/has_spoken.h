// SPDX-License-Identifier: Apache-2.0
// Conditions of statements, on a row r of node_runtime.
#pragma once

// The agent said something in its current session, so its start-up is behind it: a command that comes earlier can crash
// it (spec mqtt 9.4). A new session clears the session id; agents that send none are known by the time of their last
// word. A will is none: of a take-over it is read late, after the new session began.
#define HAS_SPOKEN                                                                                             \
  "(r.session_id <> '' OR greatest(CASE WHEN split_part(r.last_event, ':', 1) <> 'offline' THEN r.last_event_at END, " \
  "r.last_heartbeat_at, r.last_detect_ack_at, r.last_control_channel_seen_at) >= r.last_reachable_at) "

// 15 s are longer than any start-up takes. An agent whose first words were lost, because the broker restarted and it was
// back before us, says nothing more for half an hour; it must not miss what was staged meanwhile.
#define MAY_BE_TOLD                                                                                          \
  "(" HAS_SPOKEN                                                                                             \
  "IS TRUE OR EXISTS (SELECT FROM broker_sessions o WHERE o.client_id = 'wfm-' || r.node_id AND o.ended_at " \
  "IS NULL AND NOT o.unseen AND o.connected_at <= now() - interval '15 seconds')) "
