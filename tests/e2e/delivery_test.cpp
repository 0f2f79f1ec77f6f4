// SPDX-License-Identifier: Apache-2.0
// What is staged reaches the device and what the device confirmed is what was pushed, whoever dies in between.

#include "tests/e2e/product_fixture.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;

TEST_F(ProductTest, TheAgentGetsTheTextOfThePreviewAndItsAnswerConfirmsIt) {
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(gets_confirmed(*api_, leaf_)) << first_.log();
  const auto shown = preview(leaf_);
  EXPECT_EQ(pushed_text(agent), shown.text("data.content"));
  EXPECT_EQ(sync_status(*api_, leaf_).text("data.confirmed_sha256"), shown.text("data.sha256"));
}

TEST_F(ProductTest, AnAnswerConfirmsWhatWasPushedAlsoWhenSomethingNewerIsStaged) {
  auto& agent = connect_agent(leaf_, [](const Received& message) {
    return Reaction{.status = message.suffix == "config/push" ? "" : "applied"};
  });
  ASSERT_TRUE(eventually(kPatience, [&] { return pushes(agent).size() == 1; })) << first_.log();
  const auto pushed = sync_status(*api_, leaf_);
  ASSERT_EQ(api_->put("/api/v1/nodes/" + leaf_, R"({"name":"laptop","mtu":1380})").status, 200);
  ASSERT_NE(sync_status(*api_, leaf_).text("data.staged_sha256"), pushed.text("data.staged_sha256"));

  agent.answer(pushes(agent)[0], "applied");
  const bool confirmed_the_pushed = eventually(kPatience, [&] {
    const auto now = sync_status(*api_, leaf_);
    return now.text("data.confirmed_sha256") == pushed.text("data.staged_sha256") &&
           now.integer("data.confirmed_version") == pushed.integer("data.staged_version");
  });
  EXPECT_TRUE(confirmed_the_pushed);
  ASSERT_TRUE(eventually(kPatience, [&] { return pushes(agent).size() == 2; })) << "the newer text follows";
  agent.answer(pushes(agent)[1], "applied");
  EXPECT_TRUE(gets_confirmed(*api_, leaf_));
  EXPECT_EQ(pushes(agent).size(), 2U);
}

TEST_F(ProductTest, AChangeCommittedBeforeTheDaemonWasKilledIsPushedAfterItsRestart) {
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(gets_confirmed(*api_, leaf_));
  const auto version = sync_status(*api_, leaf_).integer("data.confirmed_version");
  // A frozen broker keeps the push from leaving; the change is committed all the same.
  ::kill(broker_.pid(), SIGSTOP);
  ASSERT_EQ(api_->put("/api/v1/nodes/" + leaf_, R"({"name":"laptop","mtu":1380})").status, 200);
  first_.kill9();
  ::kill(broker_.pid(), SIGCONT);
  first_.start();

  ApiClient api = first_.client();
  api.sign_in();
  ASSERT_TRUE(gets_confirmed(api, leaf_)) << first_.log();
  EXPECT_EQ(sync_status(api, leaf_).integer("data.confirmed_version"), version + 1);
  EXPECT_THAT(pushed_text(agent), testing::HasSubstr("MTU = 1380"));
  EXPECT_EQ(sql("SELECT count(*) FROM commands WHERE action = 'push_config' AND status = 'pending'"), "0");
}

TEST_F(ProductTest, TheStandbyTakesOverWithinFiveSecondsOfTheLeadersDeath) {
  LoomgateDaemon second({.dsn = database_.dsn(),
                         .mqtt_port = broker_.port(),
                         .master_key_file = first_.file("data") / "master.key",
                         .env = {{"LOOMGATE_INSTANCE", "second"}}});
  second.start();
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(gets_confirmed(*api_, leaf_));
  ASSERT_TRUE(leader_session().has_value());

  LoomgateDaemon* leader = &first_;
  LoomgateDaemon* standby = &second;
  const auto took = fastest(5s, [&] {
    if (!leader->running()) {  // once more, the other way round
      leader->start();
      std::swap(leader, standby);
    }
    const auto before = leader_session();
    leader->kill9();
    return time_until([&] { return leader_session() > before; });
  });
  EXPECT_LE(took, 5s) << second.log();
  ApiClient api = standby->client();
  api.sign_in();
  ASSERT_EQ(api.put("/api/v1/nodes/" + leaf_, R"({"name":"laptop","mtu":1380})").status, 200);
  EXPECT_TRUE(gets_confirmed(api, leaf_)) << standby->log();
  EXPECT_THAT(pushed_text(agent), testing::HasSubstr("MTU = 1380"));
}

}  // namespace
}  // namespace loomgate::harness
