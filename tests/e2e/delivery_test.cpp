// SPDX-License-Identifier: Apache-2.0
// What is staged reaches the device and what the device confirmed is what was pushed, whoever dies in between.

#include "tests/e2e/product_fixture.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;

TEST_F(ProductTest, TheAgentGetsTheTextOfThePreviewAndItsAnswerConfirmsIt) {
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(gets_confirmed(*api_, leaf_, 15s)) << first_.log();
  const auto shown = preview(leaf_);
  EXPECT_EQ(pushed_text(agent), shown.text("data.content"));
  EXPECT_EQ(sync_status(*api_, leaf_).text("data.confirmed_sha256"), shown.text("data.sha256"));
}

TEST_F(ProductTest, AnAnswerConfirmsWhatWasPushedAlsoWhenSomethingNewerIsStaged) {
  auto& agent = connect_agent(leaf_, [](const Received& message) {
    return Reaction{.delay = message.suffix == "config/push" ? 1500ms : 0ms};
  });
  ASSERT_TRUE(eventually(15s, [&] { return pushes(agent) == 1; })) << first_.log();
  const auto pushed = sync_status(*api_, leaf_);
  ASSERT_EQ(api_->put("/api/v1/nodes/" + leaf_, R"({"name":"laptop","mtu":1380})").status, 200);
  ASSERT_NE(sync_status(*api_, leaf_).text("data.staged_sha256"), pushed.text("data.staged_sha256"));

  const bool confirmed_the_pushed = eventually(10s, [&] {
    const auto now = sync_status(*api_, leaf_);
    return now.text("data.confirmed_sha256") == pushed.text("data.staged_sha256") &&
           now.integer("data.confirmed_version") == pushed.integer("data.staged_version");
  });
  EXPECT_TRUE(confirmed_the_pushed);
  EXPECT_TRUE(gets_confirmed(*api_, leaf_, 15s)) << "the newer text follows";
  EXPECT_EQ(pushes(agent), 2);
}

TEST_F(ProductTest, AChangeCommittedBeforeTheDaemonWasKilledIsPushedAfterItsRestart) {
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(gets_confirmed(*api_, leaf_, 15s));
  const auto version = sync_status(*api_, leaf_).integer("data.confirmed_version");
  // A frozen broker keeps the push from leaving; the change is committed all the same.
  ::kill(broker_.pid(), SIGSTOP);
  ASSERT_EQ(api_->put("/api/v1/nodes/" + leaf_, R"({"name":"laptop","mtu":1380})").status, 200);
  first_.kill9();
  ::kill(broker_.pid(), SIGCONT);
  first_.start();

  ApiClient api = first_.client();
  api.sign_in();
  ASSERT_TRUE(gets_confirmed(api, leaf_, 30s)) << first_.log();
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
  ASSERT_TRUE(gets_confirmed(*api_, leaf_, 15s));
  const auto before = leader_session();
  ASSERT_TRUE(before.has_value());

  first_.kill9();
  EXPECT_TRUE(eventually(5s, [&] { return leader_session() > before; })) << second.log();
  ApiClient api = second.client();
  api.sign_in();
  ASSERT_EQ(api.put("/api/v1/nodes/" + leaf_, R"({"name":"laptop","mtu":1380})").status, 200);
  EXPECT_TRUE(gets_confirmed(api, leaf_, 15s)) << second.log();
  EXPECT_THAT(pushed_text(agent), testing::HasSubstr("MTU = 1380"));
}

}  // namespace
}  // namespace loomgate::harness
