// SPDX-License-Identifier: Apache-2.0
// A thousand agents: they come together, get their texts, answer, and come back after a broker restart.
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>

#include "tests/integration/agents/conversation.h"

namespace loomgate::test {
namespace {

constexpr int kAgents = 1000;

// LOOMGATE_FLEET=10000 is the number of the contract; that many need some minutes to be made.
int fleet_size() {
  const char* given = std::getenv("LOOMGATE_FLEET");
  return given != nullptr ? std::atoi(given) : kAgents;
}

// The broker inherits it: either end holds a file per agent.
void raise_file_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

class Fleet : public Conversation {
 protected:
  int number(const std::string& sql) { return std::stoi(mesh.ask(sql)); }
  int online() { return number("SELECT count(*) FROM node_runtime WHERE online AND session_id <> ''"); }
  // Shown online because of a session that began after that moment.
  int online_since(const std::string& moment) {
    return number("SELECT count(*) FROM node_runtime r JOIN broker_sessions s ON s.username = r.node_id "
                  "WHERE r.online AND s.ended_at IS NULL AND NOT s.unseen AND s.connected_at > '" + moment + "'");
  }
  int confirmed_nodes() {
    return number(
        "SELECT count(*) FROM node_config_state WHERE staged_sha256 <> '' AND confirmed_sha256 = staged_sha256");
  }
};

TEST_F(Fleet, a_thousand_agents_get_what_was_staged_before_they_came) {
  options.timings.pushes_per_second = 2000;
  broker.start();
  start_service();
  std::vector<harness::SimulatedAgent*> agents;
  for (const auto& node : mesh.add_nodes(kAgents, "[Interface]\n")) agents.push_back(&add_agent(node));
  const auto began = std::chrono::steady_clock::now();
  const auto record = [&](const char* what) {
    RecordProperty(what, static_cast<int>((std::chrono::steady_clock::now() - began) / 1ms));
  };
  for (auto* agent : agents) agent->connect();
  ASSERT_TRUE(soon([&] { return fleet.ready() == kAgents; }, 120s)) << fleet.ready();
  record("ready_ms");
  ASSERT_TRUE(soon([&] { return online() == kAgents; }, 120s)) << online();
  record("online_ms");
  ASSERT_TRUE(soon([&] { return confirmed_nodes() == kAgents; }, 120s)) << confirmed_nodes();
  record("confirmed_ms");
  for (auto* agent : agents) {
    EXPECT_EQ(agent->connects(), 1);
    EXPECT_EQ(agent->received().size(), 1U) << "one push, once";
  }
  EXPECT_TRUE(soon([&] { return mesh.outbox_rows() == 0; }));
}

TEST_F(Fleet, conformance_25_everybody_is_back_within_a_minute_of_a_broker_restart) {
  const int size = fleet_size();
  raise_file_limit();
  broker.options().log_clients = false;
  broker.start();
  start_service();
  std::vector<harness::SimulatedAgent*> agents;
  for (const auto& node : mesh.add_nodes(size, "")) agents.push_back(&add_agent(node));
  for (auto* agent : agents) agent->connect();
  ASSERT_TRUE(soon([&] { return fleet.ready() == size; }, 120s)) << fleet.ready();
  const auto killed_at = mesh.ask("SELECT clock_timestamp()");
  broker.kill9();
  const auto began = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return static_cast<int>((std::chrono::steady_clock::now() - began) / 1ms); };
  broker.start();
  const auto is_back = [](const auto* agent) { return agent->connects() == 2; };
  ASSERT_TRUE(soon([&] { return std::ranges::all_of(agents, is_back); }, 60s))
      << std::ranges::count_if(agents, is_back) << " of " << size;
  const int back = elapsed();
  EXPECT_TRUE(soon([&] { return online_since(killed_at) == size; }, 30s)) << online_since(killed_at);
  std::printf("%d agents: all back %d ms after the kill, all shown online after %d ms\n", size, back, elapsed());
}

}  // namespace
}  // namespace loomgate::test
