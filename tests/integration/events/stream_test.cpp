// SPDX-License-Identifier: Apache-2.0
// The event stream as a browser reads it (spec http-api 9): what comes first, what follows a write, what a reader that was
// away gets, and how streams end.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "tests/harness/daemon.h"
#include "tests/harness/event_reader.h"
#include "tests/harness/eventually.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;

class Stream : public testing::Test {
 protected:
  Stream() : database_(shared_cluster().fresh_database()), daemon_({.dsn = database_.dsn()}) {}

  void SetUp() override {
    daemon_.start();
    api_.emplace(daemon_.client());
    api_->sign_in();
  }

  std::unique_ptr<EventReader> listen(const std::string& last_event_id = "") {
    auto reader = std::make_unique<EventReader>(daemon_.url(), api_->bearer(), last_event_id);
    EXPECT_TRUE(reader->wait("system.clock.sync", kPatience)) << daemon_.log();
    return reader;
  }
  std::string make_config(const std::string& name) {
    const auto made = api_->post("/api/v1/configs", fmt::format(R"({{"name":"{}"}})", name));
    EXPECT_EQ(made.status, 200) << made.body;
    return made.text("data.id");
  }
  std::string make_node(const std::string& config, const std::string& name) {
    const auto made = api_->post("/api/v1/configs/" + config + "/nodes", fmt::format(R"({{"name":"{}"}})", name));
    EXPECT_EQ(made.status, 200) << made.body;
    return made.text("data.id");
  }
  std::int64_t changes_from(const std::string& event_id) const {
    auto connection = connect(database_.dsn());
    return connection.exec_script("SELECT count(*) FROM changes WHERE tx::text::bigint >= " + event_id)[0].get<std::int64_t>(0);
  }
  static auto says(const std::string& path, const std::string& value) {
    return [path, value](const StreamEvent& event) { return event.text(path) == value; };
  }

  TestDatabase database_;
  LoomgateDaemon daemon_;
  std::optional<ApiClient> api_;
};

TEST_F(Stream, NeedsASessionBeforeItStarts) {
  auto stranger = daemon_.client();
  EXPECT_EQ(stranger.get("/api/v1/events/stream").error_code(), "AUTH_REQUIRED");
}

TEST_F(Stream, BeginsWithTheSystemsStatusAndTheClock) {
  const auto reader = listen();
  EXPECT_EQ(reader->status(), 200);
  EXPECT_EQ(reader->content_type(), "text/event-stream; charset=utf-8");
  const auto events = reader->events();
  ASSERT_GE(events.size(), 2U);
  EXPECT_EQ(events[0].type, "system.status.updated");
  EXPECT_EQ(events[0].text("services.database"), "ok");
  EXPECT_EQ(events[1].type, "system.clock.sync");
  EXPECT_FALSE(events[1].text("timezone").empty());
  for (const auto& event : events) {
    EXPECT_EQ(event.data.view().find("type")->string(), event.type);
    EXPECT_EQ(event.data.view().find("id")->string(), event.id);
  }
}

TEST_F(Stream, ANewConfigIsToldToEveryReader) {
  const auto one = listen();
  const auto other = listen();
  make_config("lab");
  for (const auto* reader : {one.get(), other.get()}) {
    EXPECT_TRUE(reader->wait("config.list.updated", kPatience, says("configs.0.name", "lab")));
    EXPECT_TRUE(reader->wait("system.status.updated", kPatience, says("summary.configs", "1")));
  }
}

TEST_F(Stream, AChangeIsToldWithinASecond) {
  const auto reader = listen();
  int number = 0;
  const auto took = fastest(1s, [&] {
    const auto name = fmt::format("lab-{}", ++number);
    const auto began = std::chrono::steady_clock::now();
    make_config(name);
    const auto told = reader->wait("config.list.updated", kPatience, [&](const StreamEvent& event) {
      return event.data.dump().find('"' + name + '"') != std::string::npos;
    });
    EXPECT_TRUE(told);
    return told ? std::chrono::ceil<std::chrono::milliseconds>(told->arrived_at - began) : kPatience;
  });
  EXPECT_LE(took, 1s);
}

TEST_F(Stream, ANodeIsToldWithItsConfigsOverviewAndItsWorkspaces) {
  const auto config = make_config("lab");
  const auto reader = listen();
  const auto node = make_node(config, "gw");
  EXPECT_TRUE(reader->wait("config.overview.updated", kPatience, says("overview.stats.total_nodes", "1")));
  EXPECT_TRUE(reader->wait("node.workspace.updated", kPatience, says("workspace.node.id", node)));
  EXPECT_TRUE(reader->wait("node.apply.updated", kPatience, says("sync_status.node_id", node)));
  EXPECT_TRUE(reader->wait("mesh.workspace.updated", kPatience, says("workspace.node.id", node)));
}

TEST_F(Stream, ABurstOnOneConfigGivesFewEventsAndTheLastState) {
  const auto config = make_config("lab");
  const auto reader = listen();
  const auto before = std::chrono::steady_clock::now();
  constexpr int kWrites = 40;
  for (int number = 1; number <= kWrites; ++number) {
    ASSERT_EQ(api_->put("/api/v1/configs/" + config, fmt::format(R"({{"name":"lab","description":"{}"}})", number)).status, 200);
  }
  EXPECT_TRUE(reader->wait("config.overview.updated", kPatience, says("overview.config.description", std::to_string(kWrites))));
  const auto took = std::chrono::steady_clock::now() - before;
  EXPECT_LE(reader->events("config.overview.updated").size(), static_cast<std::size_t>(took / 250ms) + 2);
}

TEST_F(Stream, AReaderThatComesBackGetsWhatItMissedOnceAlsoFromAnotherDaemon) {
  LoomgateDaemon second({.dsn = database_.dsn(), .master_key_file = daemon_.file("data") / "master.key"});
  second.start();
  const auto config = make_config("lab");
  std::string last;
  {
    const auto reader = listen();
    make_node(config, "seen");
    ASSERT_TRUE(reader->wait("config.overview.updated", kPatience, says("overview.stats.total_nodes", "1")));
    ASSERT_TRUE(reader->wait("mesh.workspace.updated", kPatience));
    // Its place is behind what it was told, or it is told again; the next round of the clock may have to carry it.
    ASSERT_TRUE(eventually(kPatience, [&] {
      last = reader->last_event_id();
      return changes_from(last) == 0;
    }));
  }
  const auto missed = make_node(config, "missed");
  EventReader back(second.url(), api_->bearer(), last);
  EXPECT_TRUE(back.wait("node.workspace.updated", kPatience, says("workspace.node.id", missed)));
  EXPECT_TRUE(back.wait("config.overview.updated", kPatience, says("overview.stats.total_nodes", "2")));
  make_config("sentinel");
  ASSERT_TRUE(back.wait("config.list.updated", kPatience, says("configs.0.name", "sentinel")));
  EXPECT_EQ(back.events("node.workspace.updated").size(), 1U) << "no node twice, and none that was seen before";
}

TEST_F(Stream, AnIdOfAnotherDatabaseMakesTheReaderReadAnew) {
  make_config("lab");
  EventReader reader(daemon_.url(), api_->bearer(), "99999999999");
  EXPECT_TRUE(reader.wait("config.list.updated", kPatience, says("configs.0.name", "lab")));
  EXPECT_TRUE(reader.wait("config.overview.updated", kPatience));
}

TEST_F(Stream, AChangeOfThePasswordEndsTheStream) {
  const auto reader = listen();
  EventReader back(daemon_.url(), api_->bearer(), reader->events().back().id);
  ASSERT_TRUE(eventually(kPatience, [&] { return !back.events().empty(); }));
  ASSERT_EQ(api_->post("/api/v1/settings/password",
                       R"({"current_password":"correct horse battery","new_password":"battery staple"})").status, 200);
  EXPECT_TRUE(eventually(kPatience, [&] { return reader->ended() && back.ended(); }));
}

TEST_F(Stream, StoppingTheDaemonEndsTheStream) {
  const auto reader = listen();
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_TRUE(eventually(kPatience, [&] { return reader->ended(); }));
}

TEST_F(Stream, ABrowserThatAcceptsGzipGetsTheSameEventsAndACompleteEnd) {
  EventReader packed(daemon_.url(), api_->bearer(), "", true);
  ASSERT_TRUE(packed.wait("system.clock.sync", kPatience));
  const auto plain = listen();
  const auto config = make_config("lab");
  make_node(config, "gw");
  const auto last = says("overview.stats.total_nodes", "1");
  ASSERT_TRUE(plain->wait("config.overview.updated", kPatience, last));
  ASSERT_TRUE(packed.wait("config.overview.updated", kPatience, last));
  EXPECT_EQ(packed.wait("config.overview.updated", kPatience, last)->data.dump(), plain->wait("config.overview.updated", kPatience, last)->data.dump());
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_TRUE(eventually(kPatience, [&] { return packed.ended() && plain->ended(); }));
  EXPECT_TRUE(packed.ended_well());
  EXPECT_TRUE(plain->ended_well());
}

TEST_F(Stream, ALongTransactionHoldsNothingBack) {
  auto connection = connect(database_.dsn());
  connection.exec_script("BEGIN; SELECT pg_current_xact_id()");
  const auto reader = listen();
  make_config("lab");
  EXPECT_TRUE(reader->wait("config.list.updated", kPatience, says("configs.0.name", "lab")));
}

}  // namespace
}  // namespace loomgate::harness
