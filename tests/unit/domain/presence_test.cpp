// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/presence.h"

#include <gtest/gtest.h>

#include <string>

namespace loomgate::domain {
namespace {

using namespace std::chrono_literals;

Timestamp at(int second) {
  return Timestamp(1'700'000'000s + std::chrono::seconds(second));
}

constexpr Standing kListens{};

PresenceState after(PresenceState state, const Signal& signal) {
  return project(state, kListens, signal);
}

AgentSession session(const std::string& id) {
  return {.boot_id = "boot-" + id, .session_id = id};
}

signal::Event event(int second, const std::string& name, const std::string& session_id = "s1") {
  return {.at = at(second), .session = session(session_id), .name = name, .message = ""};
}

// Session s1, online since second 0, tunnel running.
PresenceState running() {
  return after(after({}, event(0, "online")), signal::Heartbeat{at(1), session("s1"), true, true});
}

TEST(Heartbeat, WritesClientAndTunnel) {
  const auto state = after({}, signal::Heartbeat{at(5), session("s1"), true, true});
  PresenceState expected;
  expected.online = true;
  expected.connectivity_state = "online";
  expected.wg_running = true;
  expected.wg_runtime_state = "running";
  expected.heartbeat_client_online = true;
  expected.heartbeat_wg_online = true;
  expected.last_seen = expected.last_heartbeat_at = expected.last_reachable_at = at(5);
  expected.last_connectivity_reason = "client-heartbeat";
  expected.client_presence_state = "online";
  expected.boot_id = "boot-s1";
  expected.session_id = "s1";
  EXPECT_EQ(state, expected);
}

TEST(Heartbeat, TunnelStateNeedsAnOnlineClient) {
  struct Case {
    bool client, wg;
    const char* state;
    bool wg_flag;
  };
  for (const Case& c : {Case{true, true, "running", true}, Case{true, false, "stopped", false},
                        Case{false, true, "unknown", false}, Case{false, false, "unknown", false}}) {
    const auto state = after({}, signal::Heartbeat{at(1), {}, c.client, c.wg});
    EXPECT_EQ(state.wg_runtime_state, c.state);
    EXPECT_EQ(state.wg_running, c.wg_flag);
    EXPECT_EQ(state.heartbeat_client_online, c.client);
    EXPECT_EQ(state.heartbeat_wg_online, c.wg_flag);
    EXPECT_TRUE(state.online);
  }
}

TEST(AgentIds, AreOverwrittenOnlyByNonEmptyValues) {
  auto state = after(running(), signal::Heartbeat{at(2), {}, true, true});
  EXPECT_EQ(state.session_id, "s1");
  state = after(state, event(3, "online", "s2"));
  EXPECT_EQ(state.session_id, "s2");
  EXPECT_EQ(state.boot_id, "boot-s2");
}

TEST(DetectSent, ProbingNeverHidesOnline) {
  const auto online = after(running(), signal::DetectSent{at(10)});
  EXPECT_EQ(online.connectivity_state, "online");
  EXPECT_EQ(online.last_probe_sent_at, at(10));
  EXPECT_EQ(online.last_connectivity_reason, "detect-sent");
  const auto offline = after({}, signal::DetectSent{at(10)});
  EXPECT_EQ(offline.connectivity_state, "probing");
  EXPECT_FALSE(offline.online);
}

TEST(DetectAck, WritesItsOwnFlagsAndTimes) {
  const auto state = after({}, signal::DetectAck{at(4), session("s1"), true, false});
  EXPECT_TRUE(state.online);
  EXPECT_EQ(state.last_connectivity_reason, "detect-ack");
  EXPECT_EQ(state.wg_runtime_state, "stopped");
  EXPECT_TRUE(state.detect_client_online);
  EXPECT_FALSE(state.detect_wg_online);
  EXPECT_EQ(state.last_probe_ack_at, at(4));
  EXPECT_EQ(state.last_detect_ack_at, at(4));
}

TEST(DetectAck, RefusedDetectSaysNothingOfTheTunnel) {
  const auto state = after(running(), signal::DetectAck{at(4), session("s1"), true, std::nullopt});
  EXPECT_EQ(state.wg_runtime_state, "running");
  EXPECT_TRUE(state.online);
}

TEST(DetectTimeout, DropsWhoWasOnline) {
  const auto state = after(after(running(), signal::DetectSent{at(10)}), signal::DetectTimeout{at(10)});
  EXPECT_FALSE(state.online);
  EXPECT_EQ(state.connectivity_state, "offline");
  EXPECT_EQ(state.client_presence_state, "dropped");
  EXPECT_EQ(state.wg_runtime_state, "unknown");
  EXPECT_FALSE(state.detect_client_online);
  EXPECT_EQ(state.last_connectivity_reason, "detect-timeout");
}

TEST(DetectTimeout, LosesAgainstAnySignalSinceTheProbe) {
  const auto heard = after(after(running(), signal::DetectSent{at(10)}), event(12, "control"));
  EXPECT_EQ(after(heard, signal::DetectTimeout{at(10)}), heard);
}

TEST(DetectTimeout, LosesAgainstAPendingCommand) {
  const auto busy = after(running(), signal::DetectSent{at(10)});
  EXPECT_EQ(after(busy, signal::DetectTimeout{at(10), true}), busy);
  const auto probing = after({}, signal::DetectSent{at(10)});
  EXPECT_EQ(after(probing, signal::DetectTimeout{at(10), true}).connectivity_state, "offline");
}

TEST(DetectTimeout, WhoSaidGoodbyeStaysOffline) {
  const auto gone = after(running(), event(5, "offline"));
  const auto state = after(after(gone, signal::DetectSent{at(10)}), signal::DetectTimeout{at(10)});
  EXPECT_EQ(state.client_presence_state, "offline");
  EXPECT_EQ(after(after({}, signal::DetectSent{at(1)}), signal::DetectTimeout{at(1)}).client_presence_state, "offline");
}

TEST(Event, AnyNameButOfflineIsReachable) {
  const auto state = after({}, signal::Event{at(3), session("s1"), "command_output", "done"});
  EXPECT_TRUE(state.online);
  EXPECT_EQ(state.last_connectivity_reason, "client-event:command_output");
  EXPECT_EQ(state.last_event, "command_output: done");
  EXPECT_EQ(state.last_event_at, at(3));
  EXPECT_EQ(state.wg_runtime_state, "unknown");
}

TEST(Event, TextHasNoDanglingColon) {
  EXPECT_EQ(event_text("online", ""), "online");
  EXPECT_EQ(event_text("online", "up"), "online: up");
}

TEST(Will, OfTheCurrentSessionTakesTheNodeOffline) {
  const auto state = after(running(), event(9, "offline"));
  EXPECT_FALSE(state.online);
  EXPECT_EQ(state.connectivity_state, "offline");
  EXPECT_EQ(state.client_presence_state, "offline");
  EXPECT_EQ(state.wg_runtime_state, "unknown");
  EXPECT_FALSE(state.heartbeat_wg_online);
  EXPECT_TRUE(state.heartbeat_client_online) << "only the tunnel flags are cleared";
  EXPECT_EQ(state.last_will_at, at(9));
  EXPECT_EQ(state.last_offline_at, at(9));
  EXPECT_EQ(state.last_event, "offline");
  EXPECT_EQ(state.last_connectivity_reason, "client-will-message");
  EXPECT_EQ(state.last_reachable_at, at(1));
}

TEST(Will, StaleWillAfterTakeoverChangesNothingAtAll) {
  const auto state = after(running(), event(5, "online", "s2"));
  EXPECT_EQ(after(state, event(6, "offline", "s1")), state);
}

TEST(Will, WithoutASessionIdCountsAsCurrent) {
  const auto state = after(running(), signal::Event{at(6), {}, "offline", ""});
  EXPECT_EQ(state.client_presence_state, "offline");
  EXPECT_EQ(state.session_id, "s1");
}

TEST(CommandAck, IsReachableAndKeepsTheTunnelState) {
  const auto state = after(running(), signal::CommandAck{at(7), session("s1"), "config-push-ack", std::nullopt});
  EXPECT_EQ(state.last_connectivity_reason, "config-push-ack");
  EXPECT_EQ(state.last_control_channel_seen_at, at(7));
  EXPECT_EQ(state.last_reachable_at, at(7));
  EXPECT_EQ(state.wg_runtime_state, "running");
}

TEST(CommandAck, AckedStartAndStopTellTheTunnelState) {
  const auto stopped = after(running(), signal::CommandAck{at(7), {}, "stop-ack", false});
  EXPECT_EQ(stopped.wg_runtime_state, "stopped");
  EXPECT_FALSE(stopped.wg_running);
  const auto started = after(stopped, signal::CommandAck{at(8), {}, "start-ack", true});
  EXPECT_EQ(started.wg_runtime_state, "running");
  EXPECT_TRUE(started.wg_running);
}

TEST(CommandAck, ReasonsNameTheAction) {
  EXPECT_EQ(ack_reason(Upstream::kControlAck, "start"), "start-ack");
  EXPECT_EQ(ack_reason(Upstream::kControlAck, "stop"), "stop-ack");
  EXPECT_EQ(ack_reason(Upstream::kControlAck, ""), "control-ack");
  EXPECT_EQ(ack_reason(Upstream::kInfoAck, "wg_show"), "wg_show-ack");
  EXPECT_EQ(ack_reason(Upstream::kConfigPushAck, "push_config"), "config-push-ack");
  EXPECT_EQ(ack_reason(Upstream::kEvent, ""), "generic-ack");
}

TEST(Times, NeverGoBackWhenAMessageIsHandledLate) {
  const auto state = after(running(), signal::SessionOpened{at(-100)});
  EXPECT_EQ(state.last_reachable_at, at(1));
  EXPECT_EQ(state.last_seen, at(1));
}

TEST(ReachableTtl, ExpiresAfterNinetyMinutesOfSilence) {
  const auto state = running();
  EXPECT_FALSE(is_reachable_expired(state, kListens, at(1) + 90min));
  EXPECT_TRUE(is_reachable_expired(state, kListens, at(1) + 90min + 1us));
  EXPECT_TRUE(is_reachable_expired({}, kListens, at(0)));
  EXPECT_FALSE(is_reachable_expired({}, {.enabled = true, .dynamic = true, .initialized = false}, at(0)));
  EXPECT_FALSE(is_reachable_expired({}, {.enabled = false, .dynamic = true, .initialized = true}, at(0)));
}

TEST(ReachableTtl, DropsTheNodeOnceAndThenChangesNothing) {
  const auto state = after(running(), signal::ReachableExpired{});
  EXPECT_FALSE(state.online);
  EXPECT_EQ(state.client_presence_state, "dropped");
  EXPECT_EQ(state.last_connectivity_reason, "client-reachable-timeout");
  EXPECT_FALSE(state.heartbeat_client_online);
  EXPECT_FALSE(state.heartbeat_wg_online);
  EXPECT_EQ(after(state, signal::ReachableExpired{}), state);
}

TEST(ReachableTtl, WhoSaidGoodbyeOrWasNeverThereStaysOffline) {
  const auto gone = after(running(), event(5, "offline"));
  EXPECT_EQ(after(gone, signal::ReachableExpired{}), gone);
  EXPECT_EQ(after({}, signal::ReachableExpired{}), PresenceState{});
}

TEST(BrokerSession, OpenedMeansOnlineBeforeTheAgentSpeaks) {
  const auto state = after({}, signal::SessionOpened{at(3)});
  EXPECT_TRUE(state.online);
  EXPECT_EQ(state.connectivity_state, "online");
  EXPECT_EQ(state.client_presence_state, "online");
  EXPECT_EQ(state.last_seen, at(3));
  EXPECT_EQ(state.last_connectivity_reason, "broker-session");
  EXPECT_EQ(state.wg_runtime_state, "unknown");
  EXPECT_FALSE(is_reachable_expired(state, kListens, at(4)));
}

TEST(BrokerSession, OpenedLeavesTheTunnelStateAlone) {
  EXPECT_EQ(after(running(), signal::SessionOpened{at(3)}).wg_runtime_state, "running");
}

TEST(BrokerSession, EndedWithoutAWillIsDropped) {
  const auto state = after(running(), signal::SessionEnded{at(0)});
  EXPECT_FALSE(state.online);
  EXPECT_EQ(state.connectivity_state, "offline");
  EXPECT_EQ(state.client_presence_state, "dropped");
  EXPECT_EQ(state.wg_runtime_state, "unknown");
  EXPECT_FALSE(state.heartbeat_wg_online);
  EXPECT_EQ(state.last_connectivity_reason, "broker-session-ended");
}

TEST(BrokerSession, WillAfterTheEndTurnsDroppedIntoOffline) {
  const auto state = after(after(running(), signal::SessionEnded{at(0)}), event(9, "offline"));
  EXPECT_EQ(state.client_presence_state, "offline");
  EXPECT_EQ(state.last_will_at, at(9));
}

TEST(BrokerSession, WillBeforeTheEndStaysOffline) {
  const auto gone = after(running(), event(9, "offline"));
  EXPECT_EQ(after(gone, signal::SessionEnded{at(0)}), gone);
}

TEST(BrokerSession, OpenedReportedAfterTheWillStillEndsOffline) {
  auto state = after(running(), event(9, "offline"));
  state = after(state, signal::SessionOpened{at(0)});
  EXPECT_TRUE(state.online);
  state = after(state, signal::SessionEnded{at(0)});
  EXPECT_EQ(state.client_presence_state, "offline");
}

// The broker sends the will of the old session during the take-over, before the new session has said a word.
TEST(BrokerSession, WillOfTheSessionThatWasTakenOverIsStale) {
  const auto taken_over = after(running(), signal::SessionOpened{at(20)});
  EXPECT_EQ(after(taken_over, event(20, "offline", "s1")), taken_over);
}

TEST(BrokerSession, WillOfTheSessionThatWasTakenOverDoesNotExcuseTheNextOne) {
  auto state = after(running(), event(20, "offline", "s1"));
  state = after(state, signal::SessionOpened{at(20)});
  state = after(state, event(21, "online", "s2"));
  state = after(state, signal::SessionEnded{at(20)});
  EXPECT_EQ(state.client_presence_state, "dropped");
}

TEST(BrokerSession, ReportedLateKeepsTheIdsThatThisSessionTold) {
  const auto state = after(running(), signal::SessionOpened{at(0)});
  EXPECT_EQ(state.session_id, "s1");
  EXPECT_EQ(after(state, event(9, "offline", "s1")).client_presence_state, "offline");
}

TEST(BrokerSession, EndAfterAResetDoesNotMakeTheNodeDropped) {
  const auto reset = after(running(), signal::Reset{signal::ResetCause::kClientReset});
  EXPECT_EQ(after(reset, signal::SessionEnded{at(0)}), reset);
}

TEST(Bound, ForgetsTheOldDevice) {
  auto state = running();
  state.config_sync_state = "in_sync";
  state.peers_total = 3;
  state = after(state, signal::Bound{});
  PresenceState expected;
  expected.config_sync_state = "in_sync";
  expected.peers_total = 3;
  expected.last_seen = at(1);
  expected.last_connectivity_reason = "client-heartbeat";
  EXPECT_EQ(state, expected);
}

TEST(Disabled, KeepsWhatWasSeenAndShowsNothing) {
  auto state = running();
  state.peers_online = 1;
  state.peers_total = 2;
  state = after(state, signal::Disabled{});
  EXPECT_FALSE(state.online);
  EXPECT_EQ(state.connectivity_state, "unknown");
  EXPECT_EQ(state.config_sync_state, "unknown");
  EXPECT_EQ(state.client_presence_state, "offline");
  EXPECT_EQ(state.peers_online + state.peers_total, 0);
  EXPECT_FALSE(state.heartbeat_client_online);
  EXPECT_EQ(state.last_connectivity_reason, "Node disabled");
  EXPECT_EQ(state.last_heartbeat_at, at(1));
}

TEST(Reset, ClearsEverythingButSyncAndPeers) {
  struct Case {
    signal::ResetCause cause;
    const char* reason;
    const char* connectivity;
  };
  for (const Case& c : {Case{signal::ResetCause::kClientReset, "client-reset", "offline"},
                        Case{signal::ResetCause::kBecameStatic, "static-node", "offline"},
                        Case{signal::ResetCause::kBecameDynamic, "dynamic-node-uninitialized", "offline"},
                        Case{signal::ResetCause::kSwitchedWhileDisabled, "node-disabled", "unknown"}}) {
    auto state = running();
    state.config_sync_state = "in_sync";
    state.peers_online = 2;
    PresenceState expected;
    expected.config_sync_state = "in_sync";
    expected.peers_online = 2;
    expected.last_connectivity_reason = c.reason;
    expected.connectivity_state = c.connectivity;
    EXPECT_EQ(after(state, signal::Reset{c.cause}), expected) << c.reason;
  }
}

TEST(Restored, ForgetsSignalsWithItsOwnReason) {
  PresenceState expected;
  expected.last_connectivity_reason = "snapshot-restore";
  EXPECT_EQ(after(running(), signal::Restored{}), expected);
}

TEST(Standing, SignalsOfDisabledStaticOrUnboundNodesChangeNothing) {
  const std::vector<Signal> heard{signal::Heartbeat{at(50), session("s9"), true, true},
                                  signal::DetectSent{at(50)},
                                  signal::DetectAck{at(50), session("s9"), true, true},
                                  signal::DetectTimeout{at(50)},
                                  event(50, "online", "s9"),
                                  event(50, "offline", "s1"),
                                  signal::CommandAck{at(50), session("s9"), "start-ack", true},
                                  signal::ReachableExpired{},
                                  signal::SessionOpened{at(50)},
                                  signal::SessionEnded{at(0)}};
  const auto state = running();
  for (const Standing& standing :
       {Standing{false, true, true}, Standing{true, false, true}, Standing{true, true, false}}) {
    for (const Signal& signal : heard) EXPECT_EQ(project(state, standing, signal), state) << signal.index();
  }
}

TEST(Standing, UseCasesWriteWhateverTheStanding) {
  const Standing none{false, false, false};
  EXPECT_EQ(project(running(), none, signal::Disabled{}).connectivity_state, "unknown");
  EXPECT_EQ(project(running(), none, signal::Reset{}).last_connectivity_reason, "client-reset");
}

TEST(Projection, OnlineFlagAndPresenceAlwaysAgree) {
  std::vector<Signal> signals{signal::Heartbeat{at(1), session("s1"), true, true},
                              signal::DetectSent{at(2)},
                              signal::DetectTimeout{at(2)},
                              event(3, "online", "s2"),
                              event(4, "offline", "s2"),
                              event(5, "offline", "s1"),
                              signal::CommandAck{at(6), {}, "stop-ack", false},
                              signal::ReachableExpired{},
                              signal::SessionOpened{at(7)},
                              signal::SessionEnded{at(7)},
                              signal::Bound{},
                              signal::Disabled{},
                              signal::Reset{},
                              signal::Restored{}};
  PresenceState state;
  unsigned random = 1;
  for (int i = 0; i < 20'000; ++i) {
    random = random * 1664525U + 1013904223U;
    state = after(state, signals[(random >> 16) % signals.size()]);
    ASSERT_EQ(state.online, state.client_presence_state == "online");
    ASSERT_EQ(state.online, state.connectivity_state == "online");
    ASSERT_TRUE(state.online || state.wg_runtime_state == "unknown");
  }
}

}  // namespace
}  // namespace loomgate::domain
