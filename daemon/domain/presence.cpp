// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/presence.h"

#include <algorithm>

namespace loomgate::domain {
namespace {

void remember_session(PresenceState& state, const AgentSession& session) {
  if (!session.boot_id.empty()) state.boot_id = session.boot_id;
  if (!session.session_id.empty()) state.session_id = session.session_id;
}

void set_wg(PresenceState& state, bool running, const char* runtime_state) {
  state.wg_running = running;
  state.wg_runtime_state = runtime_state;
}

void observe_wg(PresenceState& state, bool client_online, bool wg_online) {
  const bool running = client_online && wg_online;
  set_wg(state, running, running ? "running" : client_online ? "stopped" : "unknown");
}

// What every reachable signal does. Signals may be handled late: times never go back.
void become_reachable(PresenceState& state, Timestamp at, std::string reason) {
  state.online = true;
  state.connectivity_state = "online";
  state.client_presence_state = "online";
  state.last_seen = std::max(state.last_seen.value_or(at), at);
  state.last_reachable_at = std::max(state.last_reachable_at.value_or(at), at);
  state.last_connectivity_reason = std::move(reason);
}

void become_unreachable(PresenceState& state, std::string reason) {
  state.online = false;
  state.connectivity_state = "offline";
  set_wg(state, false, "unknown");
  state.last_connectivity_reason = std::move(reason);
}

// Gone without a word. Whoever is offline already has said so, or was never there.
void drop_presence(PresenceState& state) {
  if (state.client_presence_state == "online") state.client_presence_state = "dropped";
}

void clear_flags(PresenceState& state) {
  state.heartbeat_client_online = false;
  state.heartbeat_wg_online = false;
  state.detect_client_online = false;
  state.detect_wg_online = false;
}

void clear_runtime_times(PresenceState& state) {
  state.last_seen.reset();
  state.last_probe_sent_at.reset();
  state.last_probe_ack_at.reset();
  state.last_control_channel_seen_at.reset();
}

void clear_agent_memory(PresenceState& state) {
  state.client_presence_state = "offline";
  state.boot_id.clear();
  state.session_id.clear();
  state.last_heartbeat_at.reset();
  state.last_detect_ack_at.reset();
  state.last_reachable_at.reset();
  state.last_offline_at.reset();
  state.last_will_at.reset();
  state.last_event.clear();
  state.last_event_at.reset();
}

void forget_all(PresenceState& state, const char* reason) {
  become_unreachable(state, reason);
  clear_flags(state);
  clear_runtime_times(state);
  clear_agent_memory(state);
}

bool is_from_older_session(const PresenceState& state, const AgentSession& session) {
  return !session.session_id.empty() && session.session_id != state.session_id;
}

// A will that came after the session began and after everything else that the session said.
bool has_will_of_session(const PresenceState& state, Timestamp started_at) {
  return state.last_will_at && *state.last_will_at >= started_at &&
         (!state.last_reachable_at || *state.last_reachable_at <= *state.last_will_at);
}

void apply_will(PresenceState& state, const signal::Event& will) {
  if (is_from_older_session(state, will.session)) return;
  become_unreachable(state, "client-will-message");
  state.client_presence_state = "offline";
  state.heartbeat_wg_online = false;
  state.detect_wg_online = false;
  state.last_will_at = will.at;
  state.last_offline_at = will.at;
  state.last_event = event_text(will.name, will.message);
  state.last_event_at = will.at;
  remember_session(state, will.session);
}

// Signals of agents and brokers, for a node that listens to them.
struct Listener {
  PresenceState& state;

  void operator()(const signal::Heartbeat& beat) const {
    become_reachable(state, beat.at, "client-heartbeat");
    remember_session(state, beat.session);
    observe_wg(state, beat.client_online, beat.wg_online);
    state.heartbeat_client_online = beat.client_online;
    state.heartbeat_wg_online = state.wg_running;
    state.last_heartbeat_at = beat.at;
  }

  void operator()(const signal::DetectSent& detect) const {
    if (!state.online) state.connectivity_state = "probing";
    state.last_probe_sent_at = detect.at;
    state.last_connectivity_reason = "detect-sent";
  }

  void operator()(const signal::DetectAck& ack) const {
    become_reachable(state, ack.at, "detect-ack");
    remember_session(state, ack.session);
    state.last_detect_ack_at = ack.at;
    state.last_probe_ack_at = ack.at;
    state.detect_client_online = ack.client_online;
    if (!ack.wg_online) return;
    observe_wg(state, ack.client_online, *ack.wg_online);
    state.detect_wg_online = state.wg_running;
  }

  void operator()(const signal::DetectTimeout& timeout) const {
    const bool was_heard = state.last_reachable_at && *state.last_reachable_at >= timeout.sent_at;
    if (was_heard || timeout.other_command_pending) {
      if (state.connectivity_state == "probing") state.connectivity_state = "offline";
      return;
    }
    become_unreachable(state, "detect-timeout");
    drop_presence(state);
    state.detect_client_online = false;
    state.detect_wg_online = false;
  }

  void operator()(const signal::Event& event) const {
    if (event.name == "offline") return apply_will(state, event);
    become_reachable(state, event.at, "client-event:" + event.name);
    remember_session(state, event.session);
    state.last_event = event_text(event.name, event.message);
    state.last_event_at = event.at;
  }

  void operator()(const signal::CommandAck& ack) const {
    become_reachable(state, ack.at, ack.reason);
    remember_session(state, ack.session);
    state.last_control_channel_seen_at = ack.at;
    if (ack.wg_running) observe_wg(state, true, *ack.wg_running);
  }

  void operator()(const signal::ReachableExpired&) const {
    if (!state.online && state.connectivity_state == "offline") return;
    become_unreachable(state, "client-reachable-timeout");
    drop_presence(state);
    state.heartbeat_client_online = false;
    state.heartbeat_wg_online = false;
  }

  // The ids of an earlier session no longer count, or its will, which the broker sends during a take-over, would pass
  // for the will of this session.
  void operator()(const signal::SessionOpened& opened) const {
    if (!state.last_reachable_at || *state.last_reachable_at < opened.at) {
      state.boot_id.clear();
      state.session_id.clear();
    }
    become_reachable(state, opened.at, "broker-session");
  }

  void operator()(const signal::SessionEnded& ended) const {
    if (!state.online) return;  // its will came first, or the node was reset meanwhile
    const bool has_will = has_will_of_session(state, ended.started_at);
    become_unreachable(state, "broker-session-ended");
    state.heartbeat_wg_online = false;
    state.detect_wg_online = false;
    if (has_will) {
      state.client_presence_state = "offline";
    } else {
      drop_presence(state);
    }
  }
};

const char* reason_of(signal::ResetCause cause) {
  switch (cause) {
    case signal::ResetCause::kClientReset:
      return "client-reset";
    case signal::ResetCause::kBecameStatic:
      return "static-node";
    case signal::ResetCause::kBecameDynamic:
      return "dynamic-node-uninitialized";
    case signal::ResetCause::kSwitchedWhileDisabled:
      return "node-disabled";
  }
  return "";
}

// What use cases do to a node, whatever it is; agent and broker signals go on to Listener when the node listens.
struct Projector {
  PresenceState& state;
  const Standing& standing;

  // A new binding: the old device, if any, is being kicked and counts no more.
  void operator()(const signal::Bound&) const {
    const std::string reason = state.last_connectivity_reason;
    become_unreachable(state, reason);
    clear_flags(state);
    clear_agent_memory(state);
  }

  void operator()(const signal::Disabled&) const {
    become_unreachable(state, "Node disabled");
    state.connectivity_state = "unknown";
    state.config_sync_state = "unknown";
    state.client_presence_state = "offline";
    state.peers_online = 0;
    state.peers_total = 0;
    clear_flags(state);
  }

  void operator()(const signal::Reset& reset) const {
    forget_all(state, reason_of(reset.cause));
    if (reset.cause == signal::ResetCause::kSwitchedWhileDisabled) state.connectivity_state = "unknown";
  }

  void operator()(const signal::Restored&) const { forget_all(state, "snapshot-restore"); }

  template <typename Heard>
  void operator()(const Heard& heard) const {
    if (standing.listens()) Listener{state}(heard);
  }
};

}  // namespace

PresenceState project(const PresenceState& state, const Standing& standing, const Signal& signal) {
  PresenceState next = state;
  std::visit(Projector{next, standing}, signal);
  return next;
}

bool is_reachable_expired(const PresenceState& state, const Standing& standing, Timestamp now) {
  if (!standing.enabled || !standing.initialized) return false;
  return !state.last_reachable_at || now - *state.last_reachable_at > kReachableTtl;
}

std::string ack_reason(Upstream kind, std::string_view action) {
  if (kind == Upstream::kConfigPushAck) return "config-push-ack";
  if (kind == Upstream::kInfoAck) return "wg_show-ack";
  if (kind != Upstream::kControlAck) return "generic-ack";
  return action == "start" || action == "stop" ? std::string(action) + "-ack" : "control-ack";
}

std::string event_text(std::string_view event, std::string_view message) {
  std::string text(event);
  if (!event.empty() && !message.empty()) text += ": ";
  text += message;
  return text;
}

}  // namespace loomgate::domain
