// SPDX-License-Identifier: Apache-2.0
// Is the agent of a node there, and is its tunnel running? A pure projection: stored fields and one signal give new
// fields (spec domain 9.2, 9.3; mqtt 15). Signals come from agents, from the broker's session journal and from use
// cases.
//
// Presence: online while a reachable signal holds; dropped when the session, the detect or the TTL ended without a
// will; offline after the will of the current session, or when the node was never bound, was reset, disabled or made
// static. A node that is already offline stays offline when its session ends or a detect times out.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "daemon/base/time.h"
#include "daemon/domain/topics.h"

namespace loomgate::domain {

inline constexpr std::chrono::minutes kReachableTtl{90};

// The columns of node_runtime that signals write.
struct PresenceState {
  bool online = false;
  std::string connectivity_state = "offline";  // unknown, online, offline, probing
  bool wg_running = false;
  std::string wg_runtime_state = "unknown";   // unknown, running, stopped
  std::string config_sync_state = "pending";  // unknown, pending, in_sync, failed
  int peers_online = 0;
  int peers_total = 0;
  std::optional<Timestamp> last_seen;
  std::optional<Timestamp> last_probe_sent_at;
  std::optional<Timestamp> last_probe_ack_at;
  std::optional<Timestamp> last_control_channel_seen_at;
  bool heartbeat_client_online = false;
  bool heartbeat_wg_online = false;
  bool detect_client_online = false;
  bool detect_wg_online = false;
  std::string last_connectivity_reason;
  std::string client_presence_state = "offline";  // online, dropped, offline
  std::string boot_id;
  std::string session_id;
  std::optional<Timestamp> last_heartbeat_at;
  std::optional<Timestamp> last_detect_ack_at;
  std::optional<Timestamp> last_reachable_at;
  std::optional<Timestamp> last_offline_at;
  std::optional<Timestamp> last_will_at;
  std::string last_event;
  std::optional<Timestamp> last_event_at;

  bool operator==(const PresenceState&) const = default;
};

// What the node is while the signal arrives. Signals of agents and brokers change nothing unless all three hold.
struct Standing {
  bool enabled = true;
  bool dynamic = true;      // stored type
  bool initialized = true;  // bound

  bool listens() const { return enabled && dynamic && initialized; }
};

// The ids of an upstream envelope; empty ones keep what is stored.
struct AgentSession {
  std::string boot_id;
  std::string session_id;
};

namespace signal {

struct Heartbeat {
  Timestamp at;
  AgentSession session;
  bool client_online = true;
  bool wg_online = false;
};
struct DetectSent {
  Timestamp at;
};
struct DetectAck {
  Timestamp at;
  AgentSession session;
  bool client_online = true;
  std::optional<bool> wg_online;  // nullopt when the agent refused the detect: then nothing is known of the tunnel
};
// No ACK in time, or the publish failed.
struct DetectTimeout {
  Timestamp sent_at;
  bool other_command_pending = false;  // the agent works serially: it may just be busy
};
// Name and message of the payload; the name "offline" is the will that the broker sends.
struct Event {
  Timestamp at;
  AgentSession session;
  std::string name;
  std::string message;
};
// An ACK of a command. wg_running is set when a start or stop was acked.
struct CommandAck {
  Timestamp at;
  AgentSession session;
  std::string reason;  // ack_reason()
  std::optional<bool> wg_running;
};
// Only for rows for which is_reachable_expired() holds.
struct ReachableExpired {};
// From the broker's journal: a session opened at `at`.
struct SessionOpened {
  Timestamp at;
};
// The session that began at `started_at` ended and no newer one is open.
struct SessionEnded {
  Timestamp started_at;
};
struct Bound {};
struct Disabled {};  // the node itself
enum class ResetCause { kClientReset, kBecameStatic, kBecameDynamic, kSwitchedWhileDisabled };
struct Reset {
  ResetCause cause = ResetCause::kClientReset;
};
struct Restored {};  // from a snapshot; identity kept

}  // namespace signal

using Signal = std::variant<signal::Heartbeat, signal::DetectSent, signal::DetectAck, signal::DetectTimeout,
                            signal::Event, signal::CommandAck, signal::ReachableExpired, signal::SessionOpened,
                            signal::SessionEnded, signal::Bound, signal::Disabled, signal::Reset, signal::Restored>;

// Equal to `state` when the signal changes nothing, so that the caller need not write.
PresenceState project(const PresenceState& state, const Standing& standing, const Signal& signal);

// A bound, enabled node whose last reachable signal is missing or older than the TTL.
bool is_reachable_expired(const PresenceState& state, const Standing& standing, Timestamp now);

// start-ack, stop-ack, wg_show-ack, control-ack, config-push-ack or generic-ack.
std::string ack_reason(Upstream kind, std::string_view action);
// "<event>: <message>", or the event alone.
std::string event_text(std::string_view event, std::string_view message);

}  // namespace loomgate::domain
