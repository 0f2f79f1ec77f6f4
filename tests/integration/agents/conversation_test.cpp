// SPDX-License-Identifier: Apache-2.0
// The conversation with real PostgreSQL, Mosquitto with the plugin, and simulated agents (spec mqtt 22).
#include "tests/integration/agents/conversation.h"

#include <gmock/gmock.h>

#include <atomic>

#include "daemon/json/json.h"
#include "plugin/base/digest.h"

namespace loomgate::test {
namespace {

using harness::Reaction;
using harness::Received;
using testing::ElementsAre;
using testing::HasSubstr;

class AgentConversation : public Conversation {
 protected:
  void SetUp() override {
    broker.start();
    start_service();
  }
  // A node with this text in a config that was switched to another protocol. Set up while nobody sweeps: a sweep between the
  // two writes, the first of a service too, would find no device that still has the protocol before.
  BoundNode add_switched_node(std::string_view text) {
    service.reset();
    mesh.run(
        "UPDATE configs SET tunnel_protocol = 'amneziawg', awg_version = '2.0', previous_tunnel_protocol = 'wireguard'");
    auto node = mesh.add_node("gw1", text);
    start_service();
    return node;
  }
  std::string only_push(const std::string& column) {
    return mesh.ask("SELECT " + column + " FROM commands WHERE action = 'push_config' ORDER BY seq LIMIT 1");
  }
  // The fifteen seconds of a start-up count from now, whatever it took to get here.
  void begin_session_anew() { mesh.run("UPDATE broker_sessions SET connected_at = now() WHERE ended_at IS NULL"); }
};

TEST_F(AgentConversation, conformance_04_clean_start_0_without_properties_never_finds_a_session) {
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node);
  for (int connects = 1; connects <= 3; ++connects) {
    EXPECT_EQ(agent.last_reason(), 0);
    EXPECT_FALSE(agent.session_was_present()) << connects;
    agent.cut(0ms);
    ASSERT_TRUE(soon([&] { return agent.ready() && agent.connects() == connects + 1; }));
  }
}

TEST_F(AgentConversation, conformance_05_one_subscribe_is_granted_its_four_filters) {
  auto& agent = join(mesh.add_node("gw1"));
  EXPECT_THAT(agent.granted(), ElementsAre(1, 1, 1, 1));
}

TEST_F(AgentConversation, an_agent_starts_up_and_is_seen) {
  const auto node = mesh.add_node("gw1");
  join(node);
  EXPECT_EQ(mesh.of_runtime(node.id, "online"), "t");
  EXPECT_TRUE(soon([&] { return mesh.of_runtime(node.id, "wg_runtime_state") == "stopped"; })) << "the heartbeat came";
  EXPECT_NE(mesh.ask("SELECT 1 FROM changes WHERE type = 'endpoint.status' AND node_id = '" + node.id + "'"), "");
  EXPECT_EQ(mesh.ask("SELECT summary FROM agent_events WHERE node_id = '" + node.id + "'"), "Client event: online");
}

TEST_F(AgentConversation, conformance_06_start_up_is_acknowledged_while_the_daemon_is_down) {
  const auto node = mesh.add_node("gw1");
  service.reset();
  auto& agent = add_agent(node);
  agent.connect();
  ASSERT_TRUE(soon([&] { return agent.ready(); }));
  for (const auto reason : agent.puback_reasons()) EXPECT_TRUE(reason == 0 || reason == 0x10) << reason;
}

TEST_F(AgentConversation, conformance_07_a_closed_socket_is_a_will_and_offline) {
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node);
  agent.cut();
  EXPECT_TRUE(soon([&] { return presence(node) == "offline"; })) << presence(node);
  EXPECT_EQ(mesh.of_runtime(node.id, "online"), "f");
  EXPECT_EQ(mesh.of_runtime(node.id, "wg_runtime_state"), "unknown");
}

TEST_F(AgentConversation, conformance_08_stale_will_after_takeover_changes_nothing) {
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node);
  for (int i = 2; i <= 4; ++i) {
    agent.take_over();
    ASSERT_TRUE(soon([&] { return agent.ready() && agent.connects() == i; }));
    ASSERT_TRUE(soon([&] { return mesh.of_runtime(node.id, "session_id") == agent.session_id(); }));
  }
  // A message that the daemon handles after everything before it.
  agent.publish("event",
                harness::agent_envelope(agent.identity(), "event", "", agent.session_id(), R"({"event":"marker"})"));
  ASSERT_TRUE(soon([&] { return mesh.of_runtime(node.id, "last_event") == "marker"; }));
  EXPECT_EQ(presence(node), "online");
  EXPECT_EQ(mesh.of_runtime(node.id, "session_id"), agent.session_id());
}

TEST_F(AgentConversation, conformance_11_a_push_has_all_fields_and_confirms_what_was_sent) {
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node);
  const auto sha256 = mesh.stage(node.id, "[Interface]\nPrivateKey = x\n");
  ASSERT_TRUE(soon([&] { return confirmed(node) == sha256; }));
  const auto pushes = of(agent, "config/push");
  ASSERT_EQ(pushes.size(), 1U);
  EXPECT_EQ(pushes[0].qos, 1);
  EXPECT_FALSE(pushes[0].retain);
  EXPECT_TRUE(pushes[0].has_expiry);
  const auto body = json::parse(pushes[0].body);
  ASSERT_TRUE(body.value);
  const auto payload = *body.value->view().find("payload");
  EXPECT_EQ(payload.size(), 8U);
  EXPECT_EQ(payload.find("config_text")->string(), "[Interface]\nPrivateKey = x\n");
  EXPECT_EQ(payload.find("config_sha256")->string(), sha256);
  EXPECT_EQ(payload.find("config_version")->integer(), std::stoi(mesh.of_state(node.id, "staged_version")));
  EXPECT_EQ(payload.find("interface_name")->string(), "lab-gw1");
  EXPECT_TRUE(payload.find("awg_version")->is(json::Type::kNull));
  EXPECT_EQ(mesh.of_state(node.id, "confirmed_version"), mesh.of_state(node.id, "staged_version"));
  EXPECT_EQ(mesh.of_state(node.id, "reported_local_sha256"), sha256);
  EXPECT_EQ(only_push("status"), "acked");
  EXPECT_EQ(only_push("summary"), "done");
  EXPECT_EQ(mesh.of_runtime(node.id, "last_connectivity_reason"), "config-push-ack");
}

TEST_F(AgentConversation, conformance_11_an_amnezia_push_uses_the_name_that_every_agent_knows) {
  const auto node = add_switched_node("[Interface]\n");
  auto& agent = join(node);
  ASSERT_TRUE(soon([&] { return !confirmed(node).empty(); }));
  EXPECT_THAT(
      of(agent, "config/push")[0].body,
      HasSubstr(R"("tunnel_protocol":"amneziawg_2","awg_version":"2.0","previous_tunnel_protocol":"wireguard")"));
}

TEST_F(AgentConversation, the_protocol_before_is_named_until_the_device_has_left_it) {
  options.timings.sweep_interval = 50ms;
  const auto node = add_switched_node("[Interface]\nJc = 4\n");
  const auto previous = [&] { return mesh.ask("SELECT coalesce(previous_tunnel_protocol, '-') FROM configs"); };
  EXPECT_EQ(previous(), "wireguard");
  join(node);
  ASSERT_TRUE(soon([&] { return !confirmed(node).empty(); }));
  EXPECT_TRUE(soon([&] { return previous() == "-"; })) << previous();
}

TEST_F(AgentConversation, conformance_12_applied_for_an_older_text_confirms_it_and_leads_to_the_next_push) {
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node, silent());
  const auto pushes = [&] { return of(agent, "config/push"); };
  const auto older = mesh.stage(node.id, "one");
  ASSERT_TRUE(soon([&] { return pushes().size() == 1; }));
  const auto newer = mesh.stage(node.id, "two");
  agent.answer(pushes()[0], "applied");
  ASSERT_TRUE(soon([&] { return !confirmed(node).empty(); }));
  EXPECT_EQ(confirmed(node), older);
  ASSERT_TRUE(soon([&] { return pushes().size() == 2; }));
  agent.answer(pushes()[1], "applied");
  EXPECT_TRUE(soon([&] { return confirmed(node) == newer; }));
  EXPECT_EQ(pushes().size(), 2U);
}

TEST_F(AgentConversation, conformance_13_an_answer_from_another_node_changes_no_command) {
  const auto victim = mesh.add_node("gw1");
  const auto forger = mesh.add_node("gw2");
  auto& first = join(victim, silent());
  auto& second = join(forger);
  const auto request = mesh.control(victim.id, "start");
  mesh.stage(victim.id, "text");
  ASSERT_TRUE(soon([&] { return of(first, "control").size() == 1; }));
  for (const auto* suffix : {"control/ack", "config/push/ack", "info/ack"}) {
    second.publish(suffix, harness::agent_envelope(second.identity(), suffix, request, "s", R"({"status":"applied"})"));
    second.publish(suffix, harness::agent_envelope(second.identity(), suffix, only_push("request_id"), "s",
                                                   R"({"status":"applied"})"));
  }
  ASSERT_TRUE(soon([&] { return count("foreign-request") == 6; })) << count("foreign-request");
  EXPECT_EQ(mesh.command_status(request), "pending");
  EXPECT_EQ(only_push("status"), "pending");
  EXPECT_EQ(confirmed(victim), "");
  EXPECT_EQ(mesh.of_runtime(victim.id, "wg_runtime_state"), "stopped");
}

TEST_F(AgentConversation, start_and_stop_say_what_the_tunnel_does) {
  const auto node = mesh.add_node("gw1");
  join(node);
  const auto start = mesh.control(node.id, "start");
  ASSERT_TRUE(soon([&] { return mesh.command_status(start) == "acked"; }));
  EXPECT_EQ(mesh.of_runtime(node.id, "wg_runtime_state"), "running");
  const auto stop = mesh.control(node.id, "stop");
  ASSERT_TRUE(soon([&] { return mesh.command_status(stop) == "acked"; }));
  EXPECT_EQ(mesh.of_runtime(node.id, "wg_runtime_state"), "stopped");
  EXPECT_EQ(mesh.of_runtime(node.id, "last_connectivity_reason"), "stop-ack");
}

TEST_F(AgentConversation, the_output_of_wg_show_stands_with_its_command_and_as_an_event) {
  const auto node = mesh.add_node("gw1");
  join(node);
  const auto request = mesh.control(node.id, "wg_show");
  ASSERT_TRUE(soon([&] { return mesh.command_status(request) == "acked"; }));
  EXPECT_EQ(mesh.ask("SELECT detail FROM commands WHERE request_id = '" + request + "'"), "interface: wg0\n");
  const auto logs = store::control_logs(*mesh.pool.acquire(), mesh.config_id, node.id);
  ASSERT_GE(logs.size(), 2U);
  const auto event = std::find_if(logs.begin(), logs.end(),
                                  [](const auto& log) { return log.summary == "Client event: command_output"; });
  ASSERT_NE(event, logs.end());
  EXPECT_EQ(event->detail, "request_id=" + request + "\ninterface: wg0\n");
  EXPECT_EQ(event->requested_by, "client");
}

TEST_F(AgentConversation, detects_are_answered_but_not_logged) {
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node);
  agent.publish("event", harness::agent_envelope(agent.identity(), "event", "", agent.session_id(),
                                                 R"({"event":"detect","message":"x"})"));
  agent.publish(
      "detect/ack",
      harness::agent_envelope(
          agent.identity(), "detect/ack", "", agent.session_id(),
          R"({"status":"applied","client_online":true,"wg_online":true,"platform":"linux","client_version":"0.2.3"})"));
  ASSERT_TRUE(soon([&] { return mesh.of_runtime(node.id, "wg_runtime_state") == "running"; }));
  EXPECT_EQ(
      mesh.ask("SELECT client_platform || ' ' || client_version FROM node_clients WHERE node_id = '" + node.id + "'"),
      "linux 0.2.3");
  EXPECT_EQ(mesh.ask("SELECT count(*) FROM agent_events WHERE event = 'detect'"), "0");
  agent.publish("detect/ack", harness::agent_envelope(agent.identity(), "detect/ack", "", agent.session_id(),
                                                      R"({"status":"failed","message":"no"})"));
  agent.publish("event",
                harness::agent_envelope(agent.identity(), "event", "", agent.session_id(), R"({"event":"marker"})"));
  ASSERT_TRUE(soon([&] { return mesh.of_runtime(node.id, "last_event") == "marker"; }));
  EXPECT_EQ(mesh.of_runtime(node.id, "wg_runtime_state"), "running") << "a refused detect says nothing of the tunnel";
}

TEST_F(AgentConversation, what_was_staged_while_a_device_was_away_arrives_when_it_returns) {
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node);
  leave(agent);
  mesh.stage(node.id, "one");
  const auto newest = mesh.stage(node.id, "two");
  EXPECT_EQ(mesh.outbox_rows(), 0) << "nobody is there to be told";
  agent.connect();
  ASSERT_TRUE(soon([&] { return confirmed(node) == newest; }));
  EXPECT_EQ(of(agent, "config/push").size(), 1U);
}

TEST_F(AgentConversation, a_command_for_a_device_that_is_gone_fails_at_once) {
  const auto node = mesh.add_node("gw1");
  const auto request = mesh.control(node.id, "start");
  ASSERT_TRUE(soon([&] { return mesh.command_status(request) == "failed"; }));
  EXPECT_EQ(mesh.ask("SELECT summary FROM commands WHERE request_id = '" + request + "'"), "client not connected");
}

TEST_F(AgentConversation, a_text_that_is_too_large_fails_with_a_clear_sentence) {
  const auto node = mesh.add_node("gw1");
  join(node);
  mesh.stage(node.id, std::string(950'000, '#'));
  ASSERT_TRUE(soon([&] { return only_push("status") == "failed"; }));
  EXPECT_THAT(only_push("summary"), HasSubstr("too large"));
}

TEST_F(AgentConversation, a_push_that_a_reconnect_swallowed_is_made_anew) {
  const auto node = mesh.add_node("gw1");
  std::atomic<bool> stuck = true;
  harness::AgentOptions options_of_agent;
  options_of_agent.react = [&](const Received&) { return Reaction{.status = stuck ? "" : "applied"}; };
  auto& agent = join(node, options_of_agent);
  const auto sha256 = mesh.stage(node.id, "text");
  ASSERT_TRUE(soon([&] { return of(agent, "config/push").size() == 1; }));
  stuck = false;
  agent.take_over();
  EXPECT_TRUE(soon([&] { return confirmed(node) == sha256; }));
  EXPECT_EQ(mesh.ask("SELECT string_agg(status, ',' ORDER BY seq) FROM commands"), "failed,acked");
}

TEST_F(AgentConversation, a_client_that_only_connects_is_seen_by_the_brokers_journal) {
  const auto node = mesh.add_node("gw1", "text");
  auto& silent = add_agent(node);
  silent.connect_silently();
  ASSERT_TRUE(soon([&] { return presence(node) == "online"; }));
  EXPECT_EQ(mesh.of_runtime(node.id, "last_connectivity_reason"), "broker-session");
  EXPECT_EQ(mesh.ask("SELECT count(*) FROM commands"), "0") << "it has not said a word, so it may not be ready";
  silent.cut();
  EXPECT_TRUE(soon([&] { return presence(node) == "dropped"; })) << presence(node);
}

TEST_F(AgentConversation, an_agent_that_has_not_spoken_yet_is_told_nothing) {
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node);
  leave(agent);
  // It stays away when the agent takes over; the broker knows the node, so the first login succeeds.
  add_agent(node, {.reconnect = std::nullopt}).connect_silently();
  ASSERT_TRUE(soon([&] { return mesh.of_runtime(node.id, "last_connectivity_reason") == "broker-session"; }));
  begin_session_anew();
  const auto request_id = mesh.control(node.id, "start");
  const auto witness = mesh.add_node("gw2");  // nobody there: its command fails at once, when it is carried
  const auto carried = mesh.control(witness.id, "start");
  ASSERT_TRUE(soon([&] { return mesh.command_status(carried) == "failed"; }));
  EXPECT_EQ(mesh.command_status(request_id), "pending");
  EXPECT_EQ(mesh.ask("SELECT attempts FROM outbox WHERE target = '" + request_id + "'"), "0") << "not handed over";
  agent.connect();
  EXPECT_TRUE(soon([&] { return mesh.command_status(request_id) == "acked"; })) << mesh.command_status(request_id);
}

// The broker restarted, the agent was back before the daemon, and nobody was there to hear it.
TEST_F(AgentConversation, an_agent_whose_first_words_were_lost_gets_what_was_staged_all_the_same) {
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node);
  service.reset();
  broker.kill9();
  broker.start();
  ASSERT_TRUE(soon([&] { return agent.ready() && agent.connects() == 2; }));
  options.timings.sweep_interval = 200ms;
  start_service();
  ASSERT_TRUE(soon([&] { return mesh.of_runtime(node.id, "last_connectivity_reason") == "broker-session"; }));
  begin_session_anew();
  const auto sha256 = mesh.stage(node.id, "text");
  EXPECT_FALSE(soon([&] { return !of(agent, "config/push").empty(); }, 600ms)) << "it may still be starting up";
  mesh.run("UPDATE broker_sessions SET connected_at = connected_at - interval '15 seconds'");
  EXPECT_TRUE(soon([&] { return confirmed(node) == sha256; }));
  EXPECT_EQ(of(agent, "config/push").size(), 1U);
}

TEST_F(AgentConversation, a_session_that_stays_silent_holds_commands_for_fifteen_seconds) {
  const auto node = mesh.add_node("gw1");
  auto& agent = add_agent(node);
  agent.connect_silently();
  ASSERT_TRUE(soon([&] { return mesh.of_runtime(node.id, "last_connectivity_reason") == "broker-session"; }));
  mesh.run("UPDATE broker_sessions SET connected_at = connected_at - interval '15 seconds'");
  const auto request_id = mesh.control(node.id, "start");
  EXPECT_TRUE(soon([&] { return mesh.command_status(request_id) == "failed"; })) << "it has subscribed to nothing";
}

}  // namespace
}  // namespace loomgate::test
