// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "daemon/store/agent_events.h"
#include "daemon/store/command_delivery.h"
#include "daemon/store/configs.h"
#include "daemon/store/outbox.h"
#include "sql/pg/statement.h"
#include "tests/integration/agents/mesh.h"

namespace loomgate::test {
namespace {

using namespace std::chrono_literals;

class CommandStore : public testing::Test {
 protected:
  Mesh mesh;
  BoundNode node = mesh.add_node("gw1");

  void make_online() {
    mesh.run("UPDATE node_runtime SET online = true, last_reachable_at = now(), session_id = 's1' WHERE node_id = '" +
             node.id + "'");
  }
  int enqueue() {
    return mesh.pool.transact([&](pg::Transaction& tx) { return store::enqueue_pushes(tx, {node.id}, "auto-sync"); });
  }
  std::vector<store::Delivery> lease(const char* owner = "test") {
    return mesh.pool.transact([&](pg::Transaction& tx) { return store::lease_deliveries(tx, owner, 100, 30s); });
  }
  std::string open_push_hash() {
    return mesh.ask("SELECT pushed_sha256 FROM commands WHERE status = 'pending' AND action = 'push_config'");
  }
  int open_pushes() {
    return std::stoi(mesh.ask("SELECT count(*) FROM commands WHERE status = 'pending' AND action = 'push_config'"));
  }
  std::optional<store::Enqueued> push_now() {
    return mesh.pool.transact([&](pg::Transaction& tx) { return store::enqueue_push_now(tx, node.id, "admin"); });
  }
};

TEST_F(CommandStore, every_statement_fits_the_schema) {
  auto connection = harness::connect(mesh.database.dsn());
  for (const auto* statement : pg::all_statements()) {
    EXPECT_NO_THROW(connection.exec_script(std::string("PREPARE ") + statement->name + " AS " + statement->sql))
        << statement->name;
  }
}

TEST_F(CommandStore, a_push_is_made_only_for_a_node_that_is_there_and_differs) {
  const auto hash = mesh.stage(node.id, "[Interface]\n");
  EXPECT_EQ(enqueue(), 0) << "offline";
  mesh.run("UPDATE node_runtime SET online = true, last_reachable_at = now()");
  EXPECT_EQ(enqueue(), 0) << "connected, but has not said a word";
  make_online();
  mesh.run("UPDATE nodes SET enabled = false");
  EXPECT_EQ(enqueue(), 0) << "disabled";
  mesh.run("UPDATE nodes SET enabled = true, node_type = 'static'");
  EXPECT_EQ(enqueue(), 0) << "static";
  mesh.run("UPDATE nodes SET node_type = 'dynamic'; UPDATE node_config_state SET confirmed_sha256 = staged_sha256");
  EXPECT_EQ(enqueue(), 0) << "confirmed";
  mesh.run("UPDATE node_config_state SET confirmed_sha256 = ''");
  EXPECT_EQ(enqueue(), 1);
  EXPECT_EQ(open_push_hash(), hash);
  EXPECT_EQ(enqueue(), 0) << "one is open already";
  EXPECT_EQ(mesh.outbox_rows(), 1);
}

TEST_F(CommandStore, a_waiting_push_takes_the_newer_text_over) {
  make_online();
  mesh.stage(node.id, "one");
  const auto newer = mesh.stage(node.id, "two");
  EXPECT_EQ(open_pushes(), 1);
  EXPECT_EQ(open_push_hash(), newer);
  const auto deliveries = lease();
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].pushed_sha256, newer);
  ASSERT_TRUE(deliveries[0].text_sealed);
  EXPECT_EQ(mesh.sealer.open({"node_texts", "text_sealed", node.id + ":" + newer}, *deliveries[0].text_sealed), "two");
}

TEST_F(CommandStore, a_push_that_was_handed_over_keeps_its_text) {
  make_online();
  const auto older = mesh.stage(node.id, "one");
  ASSERT_EQ(lease().size(), 1U);
  mesh.stage(node.id, "two");
  EXPECT_EQ(open_pushes(), 1);
  EXPECT_EQ(open_push_hash(), older);
  mesh.pool.transact([](pg::Transaction& tx) { store::reclaim_deliveries(tx, 0ms); });
  mesh.stage(node.id, "three");
  EXPECT_EQ(open_push_hash(), older) << "it may have reached the device";
}

TEST_F(CommandStore, an_administrators_push_supersedes_one_that_was_handed_over) {
  EXPECT_FALSE(push_now()) << "nothing staged";
  mesh.stage(node.id, "one");
  const auto first = push_now();
  ASSERT_TRUE(first);
  const auto again = push_now();
  EXPECT_EQ(first->request_id, again->request_id) << "still waiting";
  ASSERT_EQ(lease().size(), 1U);
  const auto second = push_now();
  EXPECT_NE(second->request_id, first->request_id);
  EXPECT_EQ(mesh.command_status(first->request_id), "failed");
  EXPECT_EQ(mesh.command_status(second->request_id), "pending");
}

TEST_F(CommandStore, commands_of_a_node_are_handed_over_one_after_the_other) {
  const auto first = mesh.control(node.id, "stop");
  const auto second = mesh.control(node.id, "start");
  const auto other = mesh.add_node("gw2");
  const auto elsewhere = mesh.control(other.id, "wg_show");
  const auto leased = lease();
  ASSERT_EQ(leased.size(), 2U);
  EXPECT_EQ(leased[0].request_id, first);
  EXPECT_EQ(leased[1].request_id, elsewhere);
  EXPECT_EQ(leased[0].interface_name, "lab-gw1");
  EXPECT_TRUE(lease().empty());
  mesh.pool.transact([&](pg::Transaction& tx) { store::finish_deliveries(tx, {leased[0].outbox_id}); });
  const auto next = lease();
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].request_id, second);
}

TEST_F(CommandStore, a_former_leader_does_not_hold_what_was_taken_from_it) {
  mesh.control(node.id, "stop");
  const auto hold = [&](const char* owner, const store::Delivery& delivery) {
    return mesh.pool.transact([&](pg::Transaction& tx) {
      return store::hold_deliveries(tx, owner, {{delivery.outbox_id, delivery.attempts}}).size();
    });
  };
  const auto first = lease("one").at(0);
  EXPECT_EQ(hold("one", first), 1U);
  mesh.pool.transact([](pg::Transaction& tx) { store::reclaim_deliveries(tx, 0ms); });
  EXPECT_EQ(hold("one", first), 0U) << "free";
  const auto second = lease("two").at(0);
  EXPECT_EQ(hold("one", first), 0U) << "another's";
  EXPECT_EQ(hold("two", first), 0U) << "another attempt";
  EXPECT_EQ(hold("two", second), 1U);
}

TEST_F(CommandStore, the_clock_of_a_command_starts_when_the_one_before_it_is_closed) {
  const auto first = mesh.control(node.id, "stop");
  const auto second = mesh.control(node.id, "start");
  const store::Deadlines deadlines{60s, 150s};
  mesh.pool.transact([&](pg::Transaction& tx) {
    store::mark_sent(tx, {first, second});
    store::start_deadlines(tx, {node.id}, deadlines);
  });
  const auto running = [&] {
    return mesh.ask("SELECT string_agg(request_id, ',') FROM commands WHERE deadline_at IS NOT NULL");
  };
  EXPECT_EQ(running(), first);
  mesh.run("UPDATE commands SET deadline_at = now() - interval '1 second' WHERE deadline_at IS NOT NULL");
  mesh.pool.transact(
      [&](pg::Transaction& tx) { store::start_deadlines(tx, store::expire_commands(tx, deadlines), deadlines); });
  EXPECT_EQ(mesh.command_status(first), "timeout");
  EXPECT_EQ(running(), second);
}

TEST_F(CommandStore, the_newest_twenty_rows_are_kept_and_open_ones_always) {
  const auto open = mesh.control(node.id, "stop");
  for (int i = 0; i < 25; ++i) {
    mesh.control(node.id, "start");
    mesh.run("UPDATE commands SET status = 'acked' WHERE action = 'start'");
  }
  mesh.control(node.id, "wg_show");
  EXPECT_EQ(mesh.ask("SELECT count(*) FROM commands"), "21");
  EXPECT_EQ(mesh.command_status(open), "pending");
}

TEST_F(CommandStore, the_newest_twenty_events_are_kept_beside_the_commands) {
  mesh.control(node.id, "stop");
  const auto other = mesh.add_node("gw2");
  const auto report = [&](const BoundNode& from, int number) {
    mesh.pool.transact([&](pg::Transaction& tx) {
      store::add_agent_events(tx, {{from.config_id, from.id, "", "e" + std::to_string(number), "", ""}});
    });
  };
  report(other, 0);
  for (int number = 1; number <= 25; ++number) report(node, number);
  EXPECT_EQ(mesh.ask("SELECT string_agg(event, ' ' ORDER BY seq) FROM agent_events WHERE node_id = '" + node.id + "'"),
            "e6 e7 e8 e9 e10 e11 e12 e13 e14 e15 e16 e17 e18 e19 e20 e21 e22 e23 e24 e25");
  EXPECT_EQ(mesh.ask("SELECT count(*) FROM agent_events WHERE node_id = '" + other.id + "'"), "1");
  EXPECT_EQ(mesh.ask("SELECT count(*) FROM commands"), "1") << "events push no command out";
}

TEST_F(CommandStore, a_refused_text_is_not_offered_again_by_itself) {
  make_online();
  mesh.stage(node.id, "one");
  const auto sweep = [&] { return mesh.pool.transact([](pg::Transaction& tx) { return store::sweep_pushes(tx); }); };
  const auto close = [&](const char* how) {
    mesh.run(std::string("UPDATE commands SET updated_at = now(), ") + how + " WHERE status = 'pending'");
  };
  close("status = 'failed', ack_at = now()");
  EXPECT_EQ(enqueue(), 0) << "refused by the device a moment ago";
  mesh.run("UPDATE commands SET ack_at = now() - interval '11 minutes', updated_at = now() - interval '11 minutes'");
  EXPECT_EQ(sweep(), 0) << "a refused text is never swept up";
  EXPECT_EQ(enqueue(), 1) << "but a returned device may try again";
  close("status = 'timeout', ack_at = NULL");
  EXPECT_EQ(sweep(), 0) << "timed out a moment ago";
  mesh.run("UPDATE commands SET updated_at = now() - interval '11 minutes'");
  EXPECT_EQ(sweep(), 1);
}

TEST_F(CommandStore, an_answer_to_a_command_of_an_earlier_device_is_to_nothing) {
  const auto old = mesh.control(node.id, "stop");
  const auto find = [&](const std::string& request_id) {
    return mesh.pool.transact([&](pg::Transaction& tx) { return store::lock_commands(tx, {request_id}).size(); });
  };
  mesh.pool.transact([&](pg::Transaction& tx) { store::drop_commands(tx, node.id, "the client was bound again"); });
  EXPECT_EQ(mesh.command_status(old), "failed");
  EXPECT_EQ(mesh.outbox_rows(), 0);
  EXPECT_EQ(find(old), 1U) << "the device is the same";
  mesh.run("UPDATE node_clients SET bound_at = now()");
  EXPECT_EQ(find(old), 0U);
  EXPECT_EQ(find(mesh.control(node.id, "start")), 1U);
}

TEST_F(CommandStore, a_text_travels_with_the_protocol_it_was_made_for) {
  make_online();
  mesh.stage(node.id, "[Interface]\n# made for wireguard\n");
  mesh.run("UPDATE configs SET tunnel_protocol = 'amneziawg', awg_version = '3.1', previous_tunnel_protocol = 'wireguard'");
  const auto deliveries = lease();
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].tunnel_protocol, "wireguard");
  EXPECT_EQ(deliveries[0].awg_version, std::nullopt);
  EXPECT_EQ(deliveries[0].previous_tunnel_protocol, "amneziawg");
}

TEST_F(CommandStore, a_device_that_runs_the_other_protocol_is_told_to_leave_it) {
  make_online();
  mesh.run("UPDATE configs SET tunnel_protocol = 'amneziawg', awg_version = '2.0'");
  mesh.stage(node.id, "[Interface]\nJc = 4\n");
  mesh.run("DELETE FROM outbox; DELETE FROM commands; UPDATE node_config_state SET confirmed_sha256 = staged_sha256; "
           "UPDATE configs SET tunnel_protocol = 'wireguard', awg_version = NULL");
  mesh.stage(node.id, "[Interface]\n");
  const auto deliveries = lease();
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].tunnel_protocol, "wireguard");
  EXPECT_EQ(deliveries[0].previous_tunnel_protocol, "amneziawg");
}

TEST_F(CommandStore, the_protocol_before_is_forgotten_when_every_bound_device_has_left_it) {
  const auto second = mesh.add_node("gw2");
  const auto unbound = mesh.add_node("gw3");
  const auto forget = [&] {
    return mesh.pool.transact([](pg::Transaction& tx) { return store::forget_previous_protocols(tx); });
  };
  const auto confirm = [&](const std::string& node_id, const std::string& hash) {
    mesh.run("UPDATE node_config_state SET confirmed_sha256 = '" + hash + "' WHERE node_id = '" + node_id + "'");
  };
  mesh.run("UPDATE node_clients SET client_initialized = false, mqtt_username = '', mqtt_client_id = '', mqtt_salt = NULL, "
           "mqtt_hash = NULL WHERE node_id = '" + unbound.id + "'");
  confirm(node.id, mesh.stage(node.id, "[Interface]\n"));
  mesh.run("UPDATE configs SET tunnel_protocol = 'amneziawg', awg_version = '2.0', previous_tunnel_protocol = 'wireguard'");
  confirm(second.id, mesh.stage(second.id, "[Interface]\nJc = 4\n"));
  EXPECT_EQ(forget(), 0) << "one device still runs the old text";
  confirm(node.id, mesh.stage(node.id, "[Interface]\nJc = 5\n"));
  {
    pg::Pool other({.conninfo = mesh.database.dsn()}, 1);
    auto lease = other.acquire();
    lease->exec_script("BEGIN; SELECT FROM configs FOR UPDATE");
    EXPECT_EQ(forget(), 0) << "somebody is writing the config";
    lease->exec_script("ROLLBACK");
  }
  EXPECT_EQ(forget(), 1);
  EXPECT_EQ(mesh.ask("SELECT previous_tunnel_protocol IS NULL FROM configs"), "t");
  EXPECT_EQ(forget(), 0);
}

}  // namespace
}  // namespace loomgate::test
