// SPDX-License-Identifier: Apache-2.0
// A browser that was away for long comes back to another daemon (spec http-api 9.1, 9.5): no gap, nothing twice, and
// nobody else waits for it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include "tests/harness/daemon.h"
#include "tests/harness/event_reader.h"
#include "tests/harness/eventually.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

class Resume : public testing::Test {
 protected:
  Resume()
      : database_(shared_cluster().fresh_database()),
        first_({.dsn = database_.dsn(), .env = {{"LOOMGATE_INSTANCE", "first"}}}),
        second_({.dsn = database_.dsn(),
                 .master_key_file = first_.file("data") / "master.key",
                 .env = {{"LOOMGATE_INSTANCE", "second"}}}) {}

  void SetUp() override {
    first_.start();
    second_.start();
    api_.emplace(first_.client());
    api_->sign_in();
    config_ = make_config("lab");
  }

  std::string make_config(const std::string& name) {
    return api_->post("/api/v1/configs", fmt::format(R"({{"name":"{}"}})", name)).text("data.id");
  }
  void make_nodes(int count) {
    for (int number = 0; number < count; ++number) {
      const auto made = api_->post("/api/v1/configs/" + config_ + "/nodes", fmt::format(R"({{"name":"n{}"}})", number));
      ASSERT_EQ(made.status, 200) << made.body;
      nodes_.push_back(made.text("data.id"));
    }
  }
  // Reads until it has everything that there is, and goes.
  std::string read_and_leave() {
    EventReader reader(first_.url(), api_->bearer());
    EXPECT_TRUE(reader.wait("system.clock.sync", kPatience));
    EXPECT_EQ(api_->put("/api/v1/configs/" + config_, R"({"name":"lab","description":"seen"})").status, 200);
    EXPECT_TRUE(reader.wait("config.overview.updated", kPatience, [](const StreamEvent& event) {
      return event.text("overview.config.description") == "seen";
    }));
    return place_behind_everything(reader);
  }
  // Once it was told all that happened. The next round of the clock carries the place after the last event of a burst.
  std::string place_behind_everything(const EventReader& reader) const {
    std::string id;
    EXPECT_TRUE(eventually(kPatience, [&] {
      id = reader.last_event_id();
      return sql("SELECT count(*) FROM changes WHERE tx::text::bigint >= " + id) == "0";
    }));
    return id;
  }
  // Statuses of nodes change, as heartbeats would do it: one transaction each, `rounds` times every node.
  void change_statuses(int rounds) {
    auto connection = connect(database_.dsn());
    connection.exec_script("SET statement_timeout = 0");
    connection.exec_script(fmt::format(
        "DO $$ BEGIN FOR round IN 1..{} LOOP INSERT INTO changes (type, config_id, node_id) "
        "SELECT 'endpoint.status', config_id, id FROM nodes; COMMIT; END LOOP; END $$", rounds),
        pg::Connection::Wait::kPatient);
  }
  // Something that its status shows.
  void rename(const std::string& node, const std::string& name) {
    auto connection = connect(database_.dsn());
    connection.exec_script(fmt::format(
        "UPDATE nodes SET name = '{1}' WHERE id = '{0}'; "
        "INSERT INTO changes (type, config_id, node_id) VALUES ('endpoint.status', '{2}', '{0}')", node, name, config_));
  }
  void age(const std::string& by) {
    auto connection = connect(database_.dsn());
    connection.exec_script("UPDATE changes SET at = at - interval '" + by + "'");
  }
  // LOOMGATE_AWAY_SECONDS=600: the time really passes, with a change of one of ten nodes every 100 ms.
  void stay_away() {
    const char* given = std::getenv("LOOMGATE_AWAY_SECONDS");
    const auto until = Steady::now() + std::chrono::seconds(given != nullptr ? std::atoi(given) : 0);
    for (std::size_t number = 0; Steady::now() < until; ++number) {
      rename(nodes_[number % 10], fmt::format("on the way {}", number));
      std::this_thread::sleep_for(100ms);
    }
  }
  std::string sql(const std::string& query) const {
    auto connection = connect(database_.dsn());
    const auto rows = connection.exec_script(query);
    return rows.empty() || rows[0].is_null(0) ? "" : std::string(rows[0].raw(0));
  }
  // How often a status of each node was told.
  static std::map<std::string, int> statuses(const EventReader& reader) {
    std::map<std::string, int> told;
    for (const auto& event : reader.events("endpoint.status.updated")) ++told[event.text("node_id")];
    return told;
  }
  static long peak_memory_kb(pid_t process) {
    std::ifstream file(fmt::format("/proc/{}/status", process));
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
    }
    return 0;
  }

  TestDatabase database_;
  LoomgateDaemon first_, second_;
  std::optional<ApiClient> api_;
  std::string config_;
  std::vector<std::string> nodes_;
};

TEST_F(Resume, AfterTenMinutesAtTheOtherDaemonThereIsNoGapAndNothingTwice) {
  make_nodes(20);
  const auto last = read_and_leave();
  stay_away();
  for (std::size_t at = 0; at < 10; ++at) rename(nodes_[at], fmt::format("missed-{}", at));
  age("10 minutes");
  EventReader back(second_.url(), api_->bearer(), last);
  for (std::size_t at = 0; at < 10; ++at) {
    EXPECT_TRUE(back.wait("endpoint.status.updated", kPatience, [&](const StreamEvent& event) {
      return event.text("node_id") == nodes_[at] && event.text("status.node.name") == fmt::format("missed-{}", at);
    })) << at;
  }
  rename(nodes_[19], "live");
  ASSERT_TRUE(back.wait("endpoint.status.updated", kPatience, [&](const StreamEvent& event) {
    return event.text("status.node.name") == "live";
  }));
  const auto told = statuses(back);
  EXPECT_EQ(told.size(), 11U);
  for (const auto& [node, times] : told) EXPECT_EQ(times, 1) << node;
}

TEST_F(Resume, TenMinutesOfManyChangesAreToldOncePerNodeAndCostLittleMemory) {
  make_nodes(250);
  const auto last = read_and_leave();
  EventReader other(second_.url(), api_->bearer());
  ASSERT_TRUE(other.wait("system.clock.sync", kPatience));
  const auto memory_before = peak_memory_kb(second_.pid());
  change_statuses(480);  // 120,000: 200 a second for ten minutes
  age("10 minutes");
  EXPECT_EQ(sql("SELECT count(*) >= 120000 FROM changes"), "t");
  place_behind_everything(other);  // what is still being told there is no matter of this test
  const auto began = Steady::now();
  EventReader back(second_.url(), api_->bearer(), last);
  EXPECT_TRUE(eventually(kPatience, [&] { return statuses(back).size() == nodes_.size(); })) << statuses(back).size();
  const auto took = (Steady::now() - began) / 1ms;
  rename(nodes_[0], "live");
  ASSERT_TRUE(back.wait("endpoint.status.updated", kPatience, [&](const StreamEvent& event) {
    return event.text("status.node.name") == "live";
  }));
  for (const auto& [node, times] : statuses(back)) EXPECT_EQ(times, node == nodes_[0] ? 2 : 1) << node;
  const auto grown = peak_memory_kb(second_.pid()) - memory_before;
#ifndef __SANITIZE_ADDRESS__  // which keeps what was freed for a while
  EXPECT_LT(grown, 64 << 10);
#endif
  std::printf("120000 changes of 250 nodes were told within %lld ms, for %ld kB\n", static_cast<long long>(took), grown);
}

TEST_F(Resume, WhatIsToldInPortionsKeepsTheOldPlaceUntilItIsAllTold) {
  make_nodes(120);
  const auto last = read_and_leave();
  change_statuses(1);
  EventReader back(second_.url(), api_->bearer(), last);
  ASSERT_TRUE(eventually(kPatience, [&] { return statuses(back).size() == nodes_.size(); }));
  rename(nodes_[0], "live");
  ASSERT_TRUE(back.wait("endpoint.status.updated", kPatience, [&](const StreamEvent& event) {
    return event.text("status.node.name") == "live";
  }));
  // Whoever loses the connection at a frame with a newer place has been told every node by then.
  std::set<std::string> told;
  for (const auto& event : back.events()) {
    if (std::stoull(event.id) > std::stoull(last)) {
      EXPECT_GE(told.size() + 1, nodes_.size()) << event.type;
      break;
    }
    if (event.type == "endpoint.status.updated") told.insert(event.text("node_id"));
  }
}

TEST_F(Resume, AReaderThatWasAwayForTooLongReadsAnew) {
  make_nodes(3);
  const auto last = read_and_leave();
  for (const auto& node : nodes_) rename(node, "missed");
  rename(nodes_[0], "missed again");
  auto connection = connect(database_.dsn());
  connection.exec_script("DELETE FROM changes WHERE tx < (SELECT tx FROM changes ORDER BY tx DESC LIMIT 1)");
  EventReader back(second_.url(), api_->bearer(), last);
  EXPECT_TRUE(back.wait("config.list.updated", kPatience));
  EXPECT_TRUE(back.wait("config.overview.updated", kPatience));
  EXPECT_TRUE(back.wait("runtime.snapshot.updated", kPatience)) << "with the state of every node";
}

TEST_F(Resume, AnHourOfQuietIsNoGap) {
  make_nodes(1);
  const auto last = read_and_leave();
  age("2 hours");
  auto connection = connect(database_.dsn());
  connection.exec_script("DELETE FROM changes WHERE tx < (SELECT tx FROM changes ORDER BY tx DESC LIMIT 1)");
  EventReader back(second_.url(), api_->bearer(), last);
  ASSERT_TRUE(back.wait("system.clock.sync", kPatience));
  rename(nodes_[0], "live");
  ASSERT_TRUE(back.wait("endpoint.status.updated", kPatience));
  EXPECT_TRUE(back.events("config.list.updated").empty()) << "nothing happened, so nothing is read anew";
}

}  // namespace
}  // namespace loomgate::harness
