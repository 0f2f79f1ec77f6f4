// SPDX-License-Identifier: Apache-2.0
// Several daemons on one database, and daemons that die (issue results 6 and 7).
#include <gmock/gmock.h>

#include "tests/integration/agents/child_service.h"
#include "tests/integration/agents/conversation.h"

namespace loomgate::test {
namespace {

using harness::Reaction;
using harness::Received;

class TakeOver : public Conversation {
 protected:
  void SetUp() override { broker.start(); }
  std::unique_ptr<ChildService> start_child() {
    auto child = std::make_unique<ChildService>(mesh.database.dsn(), broker.port(), "child");
    EXPECT_TRUE(soon(
        [&] {
          return mesh.ask("SELECT value FROM settings WHERE key = 'mqtt.status'").find("\"connected\":true") !=
                 std::string::npos;
        }))
        << child->output();
    return child;
  }
  void mark(harness::SimulatedAgent& agent, const std::string& name) {
    agent.publish("event", harness::agent_envelope(agent.identity(), "event", "", agent.session_id(),
                                                   R"({"event":")" + name + "\"}"));
  }
  int logged_marks() {
    return std::stoi(mesh.ask("SELECT count(DISTINCT (node_id, event)) FROM agent_events WHERE event LIKE 'mark%'"));
  }
};

TEST_F(TakeOver, a_standby_shows_the_leaders_status_and_continues_its_session) {
  start_service();
  auto standby = make_service("two");
  standby->start();
  EXPECT_TRUE(soon([&] { return standby->status().connected; }));
  EXPECT_FALSE(standby->leading());
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node);
  service.reset();
  mark(agent, "mark0");
  EXPECT_TRUE(soon([&] { return standby->leading() && standby->status().connected; }));
  EXPECT_TRUE(soon([&] { return logged_marks() == 1; })) << "said while nobody led";
}

TEST_F(TakeOver, a_killed_leader_is_replaced_in_five_seconds) {
  const auto took = harness::fastest(5s, [&] {
    auto child = start_child();
    auto standby = make_service("two");
    standby->start();
    EXPECT_TRUE(soon([&] { return standby->status().connected; })) << "it shows what the leader wrote";
    child->kill9();
    return harness::time_until([&] { return standby->leading() && standby->status().connected; });
  });
  RecordProperty("milliseconds", static_cast<int>(took.count()));
  EXPECT_LE(took, 5s);
}

TEST_F(TakeOver, nothing_is_lost_when_a_leader_is_killed) {
  auto child = start_child();
  auto standby = make_service("two");
  standby->start();
  std::vector<harness::SimulatedAgent*> agents;
  for (const auto& node : mesh.add_nodes(20, "")) agents.push_back(&join(node));
  for (auto* agent : agents) mark(*agent, "mark0");
  child->kill9();
  for (auto* agent : agents) mark(*agent, "mark1");
  ASSERT_TRUE(soon([&] { return standby->leading() && standby->status().connected; }));
  for (auto* agent : agents) mark(*agent, "mark2");
  for (auto* agent : agents) EXPECT_TRUE(soon([&] { return agent->unacknowledged() == 0; }));
  EXPECT_TRUE(soon([&] { return logged_marks() == 60; })) << logged_marks();
  for (auto* agent : agents) EXPECT_EQ(agent->connects(), 1) << "no agent was disturbed";
}

TEST_F(TakeOver, a_change_that_was_committed_before_the_kill_is_pushed_after_the_restart) {
  auto child = start_child();
  const auto node = mesh.add_node("gw1");
  auto& agent = join(node);
  child->kill9();
  const auto sha256 = mesh.stage(node.id, "text");
  EXPECT_EQ(mesh.outbox_rows(), 1);
  start_service();
  ASSERT_TRUE(soon([&] { return confirmed(node) == sha256; }));
  EXPECT_EQ(of(agent, "config/push").size(), 1U);
  EXPECT_EQ(mesh.ask("SELECT string_agg(status, ',') FROM commands"), "acked");
  EXPECT_TRUE(soon([&] { return mesh.outbox_rows() == 0; }));
}

TEST_F(TakeOver, conformance_23_an_answer_given_while_no_daemon_runs_is_still_taken) {
  auto child = start_child();
  const auto node = mesh.add_node("gw1");
  harness::AgentOptions slow;
  slow.react = [](const Received&) { return Reaction{.delay = 1000ms}; };
  auto& agent = join(node, slow);
  const auto sha256 = mesh.stage(node.id, "text");
  ASSERT_TRUE(soon([&] { return of(agent, "config/push").size() == 1; }));
  child->kill9();
  ASSERT_TRUE(soon([&] { return agent.unacknowledged() == 0 && agent.puback_reasons().size() >= 4; }))
      << "event and answer were accepted";
  start_service();
  ASSERT_TRUE(soon([&] { return confirmed(node) == sha256; }));
  EXPECT_EQ(mesh.ask("SELECT string_agg(status, ',') FROM commands"), "acked");
  EXPECT_EQ(of(agent, "config/push").size(), 1U) << "the answer was read before anything was sent again";
}

TEST_F(TakeOver, mqtt_switched_off_is_written_down_for_the_brokers) {
  options.mqtt.enabled = false;
  service = make_service();
  service->start();
  EXPECT_EQ(service->status().status, "disabled");
  EXPECT_FALSE(service->status().enabled);
  EXPECT_EQ(mesh.ask("SELECT mqtt_services_enabled FROM broker_settings"), "f");
}

}  // namespace
}  // namespace loomgate::test
