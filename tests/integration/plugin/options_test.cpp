// SPDX-License-Identifier: Apache-2.0
// A broker with wrong options does not start and says why in one sentence; SIGHUP re-reads the plugin's own file.
#include <fstream>

#include "tests/integration/plugin/fixture.h"

namespace loomgate::plugin_tests {
namespace {

using namespace harness;

class OptionLines : public PluginTest {
 protected:
  void SetUp() override {
    PluginTest::SetUp();
    broker_ = std::make_unique<MosquittoBroker>(broker_with_plugin(database_->broker_dsn()));
  }
  void expect_refused(const std::string& sentence) {
    const auto code = broker_->start_and_fail();
    ASSERT_TRUE(code) << "the broker came up";
    EXPECT_NE(*code, 0);
    EXPECT_TRUE(broker_->logged("LG-PLG-002")) << broker_->log();
    EXPECT_TRUE(broker_->logged(sentence)) << broker_->log();
  }
};

TEST_F(OptionLines, AnUnknownOptionIsNamed) {
  broker_->options().plugin_options.emplace_back("cashe_file", "/x");
  expect_refused("option 'cashe_file' is unknown");
}

TEST_F(OptionLines, AMissingDsnIsNamed) {
  broker_->options().plugin_options.clear();
  expect_refused("option 'dsn' (or 'dsn_file') is missing");
}

TEST_F(OptionLines, ABadDsnIsNamedWithoutItsPassword) {
  broker_->options().plugin_options = {{"dsn", "host=localhost password=hunter2 nonsense=1"}};
  expect_refused("option 'dsn' is no connection string");
  EXPECT_EQ(broker_->log().find("hunter2"), std::string::npos);
}

TEST_F(OptionLines, AValueOutOfRangeIsNamed) {
  broker_->options().plugin_options.emplace_back("stale_seconds", "3");
  expect_refused("option 'stale_seconds' must be");
}

TEST_F(OptionLines, AMissingConfigFileIsNamed) {
  broker_->options().plugin_options.emplace_back("config_file", "/nonexistent/loomgate.conf");
  expect_refused("/nonexistent/loomgate.conf cannot be read");
}

TEST_F(OptionLines, TheDsnMayStandInAFileOfItsOwn) {
  std::ofstream(broker_->file("dsn")) << database_->broker_dsn() << "\n";
  broker_->options().plugin_options = {{"dsn_file", broker_->file("dsn")}};
  broker_->start();
  EXPECT_TRUE(broker_->logged("LG-PLG-101"));
}

TEST_F(OptionLines, ReloadReadsTheConfigFileAgainAndKeepsTheOldValuesWhenItIsWrong) {
  std::ofstream(broker_->file("loomgate.conf")) << "# limits\nstale_seconds = 3600\n";
  broker_->options().plugin_options.emplace_back("config_file", broker_->file("loomgate.conf"));
  broker_->start();
  ASSERT_TRUE(broker_->logged("LG-PLG-101"));
  MqttClient client = connected(device());
  std::ofstream(broker_->file("loomgate.conf")) << "lookup_rate = 5\n";
  broker_->reload();
  EXPECT_TRUE(broker_->logged("LG-PLG-005"));
  std::ofstream(broker_->file("loomgate.conf")) << "lookup_rat = 5\n";
  broker_->reload();
  EXPECT_TRUE(broker_->logged("option 'lookup_rat' is unknown"));
  EXPECT_EQ(client.publish(topic("event"), "{}"), kNoMatchingSubscribers);
}

TEST_F(OptionLines, ADatabaseThatIsNotThereDoesNotStopTheStart) {
  broker_->options().plugin_options = {{"dsn", "host=127.0.0.1 port=1 dbname=none user=none"}};
  broker_->start();
  EXPECT_TRUE(broker_->logged("LG-PLG-102"));
  EXPECT_EQ(try_connect(device()), kNotAuthorized);
}

TEST_F(OptionLines, PerListenerSettingsAreReportedBecauseTheyStopTheTick) {
  broker_->options().extra_config = "per_listener_settings true";
  broker_->start();
  // Lines are written by callbacks, and without ticks only clients cause callbacks.
  EXPECT_TRUE(soon([&] {
    try_connect(device());
    return broker_->logged("LG-PLG-008", 1, 1ms);
  }));
}

TEST_F(OptionLines, RefusalsAreSummarizedWithTheReasonOfTheLast) {
  broker_->start();
  ASSERT_TRUE(broker_->logged("LG-PLG-101"));
  for (int attempt = 0; attempt < 20; ++attempt) EXPECT_EQ(try_connect(device(kNode, "wrong")), kNotAuthorized);
  EXPECT_TRUE(broker_->logged("'node_aaaaaaaaaaaa', wrong password", 1, 60s));
  EXPECT_FALSE(broker_->logged("LG-PLG-003", 4, 1ms)) << "one line per client";
}

}  // namespace
}  // namespace loomgate::plugin_tests
