// SPDX-License-Identifier: Apache-2.0
// Deadlines, late answers, silence (spec mqtt 7, 15).
#include <atomic>

#include "daemon/agents/presence_clock.h"
#include "tests/harness/database_time.h"
#include "tests/integration/agents/conversation.h"

namespace loomgate::test {
namespace {

using harness::Reaction;
using harness::Received;

class Deadline : public Conversation {
 protected:
  void begin(std::chrono::milliseconds control, std::chrono::milliseconds push) {
    options.timings.control_deadline = control;
    options.timings.push_deadline = push;
    options.timings.ttl_interval = 100ms;
    broker.start();
    start_service();
  }
  std::string push_status() {
    return mesh.ask("SELECT status FROM commands WHERE action = 'push_config' ORDER BY seq DESC LIMIT 1");
  }
};

TEST_F(Deadline, conformance_14_a_late_applied_still_confirms_and_turns_the_log) {
  begin(60s, 300ms);
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node, silent());
  const auto sha256 = mesh.stage(node.id, "text");
  ASSERT_TRUE(soon([&] { return push_status() == "timeout"; }));
  EXPECT_EQ(confirmed(node), "");
  const auto pushes = of(agent, "config/push");
  ASSERT_EQ(pushes.size(), 1U);
  agent.answer(pushes[0], "applied");
  EXPECT_TRUE(soon([&] { return push_status() == "acked"; }));
  EXPECT_EQ(confirmed(node), sha256);
}

TEST_F(Deadline, conformance_14_accepted_keeps_a_push_open_until_the_final_answer) {
  begin(60s, 60s);
  const auto node = mesh.add_node("gw1");
  leave(join(node));
  harness::AgentOptions accepting;
  accepting.react = [](const Received&) { return Reaction{.status = "accepted"}; };
  auto& old_client = join(node, accepting);
  const auto sha256 = mesh.stage(node.id, "text");
  ASSERT_TRUE(soon([&] { return mesh.ask("SELECT summary FROM commands WHERE action = 'push_config'") == "done"; }));
  EXPECT_EQ(push_status(), "pending");
  EXPECT_EQ(confirmed(node), "");
  const auto request = mesh.ask("SELECT request_id FROM commands WHERE action = 'push_config'");
  old_client.publish("config/push/ack", harness::agent_envelope(old_client.identity(), "config/push/ack", request, "",
                                                                R"({"status":"applied"})"));
  EXPECT_TRUE(soon([&] { return push_status() == "acked"; }));
  EXPECT_EQ(confirmed(node), sha256);
}

TEST_F(Deadline, conformance_14_accepted_and_then_silence_is_a_timeout) {
  begin(60s, 400ms);
  const auto node = mesh.add_node("gw1");
  harness::AgentOptions accepting;
  accepting.react = [](const Received&) { return Reaction{.status = "accepted"}; };
  join(node, accepting);
  mesh.stage(node.id, "text");
  EXPECT_TRUE(soon([&] { return push_status() == "timeout"; }));
  EXPECT_EQ(confirmed(node), "");
}

TEST_F(Deadline, the_clock_of_a_command_waits_for_the_one_before_it) {
  begin(4s, 60s);
  const auto node = mesh.add_node("gw1");
  harness::AgentOptions serial;
  serial.react = [](const Received& message) { return Reaction{.delay = message.suffix == "config/push" ? 6s : 0s}; };
  join(node, serial);
  mesh.stage(node.id, "text");
  const auto control = mesh.control(node.id, "start");
  ASSERT_TRUE(soon([&] { return mesh.command_status(control) != "pending"; }));
  EXPECT_EQ(mesh.command_status(control), "acked") << "it had to wait longer than its own deadline";
}

TEST_F(Deadline, conformance_18_ninety_minutes_of_silence_is_dropped) {
  EXPECT_LE(agents::AgentTimings{}.ttl_interval, 60s) << "it is looked for often enough";
  begin(60s, 60s);
  const auto node = mesh.add_node("gw1");
  join(node);
  // In the loop: the agent's first heartbeat may still be on its way.
  EXPECT_TRUE(soon([&] {
    mesh.run("UPDATE node_runtime SET last_reachable_at = now() - interval '91 minutes' WHERE online");
    return presence(node) == "dropped";
  })) << presence(node);
  EXPECT_EQ(mesh.of_runtime(node.id, "online"), "f");
}

TEST_F(Deadline, sessions_of_a_broker_that_fell_silent_are_ended_and_may_come_back) {
  const auto node = mesh.add_node("gw1");
  mesh.run("UPDATE node_runtime SET online = true, client_presence_state = 'online', last_reachable_at = now()");
  mesh.run("SELECT broker_register('b1', 'mosquitto', 'boot', '', '')");
  const auto record = [&] {
    mesh.run("SELECT broker_record_sessions('b1', 'boot', ARRAY['wfm-" + node.id + "'], ARRAY['" + node.id +
             "'], ARRAY[1::bigint], ARRAY[''], ARRAY[now()], ARRAY[NULL::timestamptz], ARRAY[NULL::integer], now())");
  };
  record();
  agents::PresenceClock clock(mesh.pool, system_clock());
  const auto look = [&](std::chrono::seconds at) {
    clock.end_silent_brokers(std::chrono::steady_clock::time_point(at));
    clock.follow_sessions();
    return presence(node);
  };
  look(1000s);
  mesh.run("UPDATE brokers SET heartbeat_at = now() - interval '1 hour'");  // the database's clock was set
  for (const auto at : {1010s, 1020s, 1030s, 1039s}) EXPECT_EQ(look(at), "online") << "its heartbeat moved at 1010";
  EXPECT_EQ(look(1100s), "online") << "nobody watched for a minute";
  for (const auto at : {1110s, 1120s}) EXPECT_EQ(look(at), "online");
  EXPECT_EQ(look(1130s), "dropped");
  record();
  clock.follow_sessions();
  EXPECT_EQ(presence(node), "online") << "it had only lost PostgreSQL";
}

TEST_F(Deadline, a_leader_whose_host_has_a_wrong_clock_goes_by_the_databases) {
  broker.start();
  options.instance = "one";
  service = std::make_unique<agents::AgentsService>(options, mesh.pool, mesh.sealer,
                                                    [] { return system_clock()() + std::chrono::hours(2); });
  service->start();
  ASSERT_TRUE(soon([&] { return service->status().connected; }));
  const auto node = mesh.add_node("gw1");
  add_agent(node).connect();
  ASSERT_TRUE(soon([&] { return mesh.of_runtime(node.id, "last_event_at IS NOT NULL") == "t"; }));
  EXPECT_EQ(mesh.of_runtime(node.id, "last_event_at < now() + interval '1 minute'"), "t");
}

// What is younger than two seconds is not judged, so time stands still here.
class Comparison : public Conversation {
 protected:
  harness::DatabaseTime time{mesh.database, *from_iso("2026-03-02T08:00:00Z")};
  agents::PresenceClock clock{mesh.pool, system_clock()};

  Comparison() { mesh.run("SELECT broker_register('b1', 'mosquitto', 'boot', '', '')"); }

  // A session that began ten seconds ago, and ended five seconds ago or not at all.
  void record(bool ended) {
    mesh.run("SELECT broker_record_sessions('b1', 'boot', ARRAY['wfm-" + node.id + "'], ARRAY['" + node.id +
             "'], ARRAY[1::bigint], ARRAY[''], ARRAY[now() - interval '10 seconds'], ARRAY[" +
             (ended ? "now() - interval '5 seconds'" : "NULL::timestamptz") + "], ARRAY[NULL::integer], now())");
    clock.follow_sessions();
  }
  void show(const std::string& assignments) {
    mesh.run("UPDATE node_runtime SET updated_at = now() - interval '3 seconds', " + assignments);
  }

  BoundNode node = mesh.add_node("gw1");
};

TEST_F(Comparison, words_that_are_read_after_the_end_of_their_session_do_not_keep_a_device_online) {
  record(true);
  show("online = true, client_presence_state = 'online', last_reachable_at = now()");
  clock.compare_with_brokers(false);
  EXPECT_EQ(presence(node), "online") << "its next session may be on its way";
  show("last_reachable_at = now() - interval '3 seconds'");
  clock.compare_with_brokers(false);
  EXPECT_EQ(presence(node), "dropped");
}

TEST_F(Comparison, a_broker_that_is_not_heard_of_is_not_believed) {
  record(true);
  show("online = true, client_presence_state = 'online', last_reachable_at = now() - interval '3 seconds'");
  mesh.run("UPDATE brokers SET heartbeat_at = now() - interval '11 seconds'");
  clock.compare_with_brokers(false);
  EXPECT_EQ(presence(node), "online");
}

TEST_F(Comparison, a_will_that_is_read_late_does_not_hide_an_open_session) {
  record(false);
  ASSERT_EQ(presence(node), "online");
  const std::string gone = "online = false, client_presence_state = 'offline', last_connectivity_reason = ";
  show(gone + "'client-will-message'");
  mesh.run("UPDATE node_runtime SET updated_at = now()");
  clock.compare_with_brokers(true);
  EXPECT_EQ(presence(node), "offline") << "the end of its session may be on its way";
  show(gone + "'client-will-message'");
  clock.compare_with_brokers(false);
  EXPECT_EQ(presence(node), "offline") << "an agent that says that it goes is believed";
  clock.compare_with_brokers(true);
  EXPECT_EQ(presence(node), "online");
  show(gone + "'detect-timeout'");
  clock.compare_with_brokers(true);
  EXPECT_EQ(presence(node), "offline") << "it has a session and does not answer";
}

}  // namespace
}  // namespace loomgate::test
