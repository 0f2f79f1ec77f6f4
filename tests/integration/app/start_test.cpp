// SPDX-License-Identifier: Apache-2.0
// How the daemon starts, refuses to start, reloads and stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "tests/harness/daemon.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr int kExitConfig = 78;

class StartTest : public testing::Test {
 protected:
  StartTest() : database_(shared_cluster().fresh_database()), daemon_({.dsn = database_.dsn()}) {}

  // The sentence of a start that was refused; empty when it came up.
  std::string refusal(const std::vector<std::pair<std::string, std::string>>& env, int code = kExitConfig) {
    daemon_.options().env = env;
    const auto exit_code = daemon_.start_and_fail();
    EXPECT_EQ(exit_code, code) << daemon_.log();
    const auto log = daemon_.log();
    const auto at = log.rfind("loomgated: ");
    return at == std::string::npos ? "" : log.substr(at);
  }

  TestDatabase database_;
  LoomgateDaemon daemon_;
};

TEST_F(StartTest, StopsCleanlyOnBothSignals) {
  for (const int number : {SIGTERM, SIGINT}) {
    daemon_.start();
    EXPECT_EQ(daemon_.client().get("/healthz").body, "ok\n");
    daemon_.signal(number);
    EXPECT_EQ(daemon_.stop(), 0);
    EXPECT_EQ(daemon_.client().get("/healthz").status, 0);
  }
}

TEST_F(StartTest, MakesAPrivateMasterKeyOnce) {
  daemon_.start();
  struct stat first {};
  ASSERT_EQ(::stat((daemon_.file("data") / "master.key").c_str(), &first), 0);
  EXPECT_EQ(first.st_mode & 07777, 0600U);
  daemon_.restart();
  struct stat second {};
  ASSERT_EQ(::stat((daemon_.file("data") / "master.key").c_str(), &second), 0);
  EXPECT_EQ(first.st_ino, second.st_ino);
  EXPECT_EQ(first.st_mtime, second.st_mtime);
}

TEST_F(StartTest, WrongSettingsAreNamedInOneSentence) {
  EXPECT_THAT(refusal({{"WFM_DATABASE", ""}}), AllOf(HasSubstr("WFM_DATABASE"), Not(HasSubstr("\nloomgated"))));
  EXPECT_THAT(refusal({{"WFM_TIMEZONE", "Mars/Olympus"}}), HasSubstr("WFM_TIMEZONE"));
  EXPECT_THAT(refusal({{"WFM_AUTH_TOKEN_EXPIRE_MINUTES", "soon"}}), HasSubstr("WFM_AUTH_TOKEN_EXPIRE_MINUTES"));
  EXPECT_THAT(refusal({{"WFM_DATABASE", "sqlite:///x.db"}}), HasSubstr("PostgreSQL"));
  EXPECT_THAT(refusal({{"WFM_TRUSTED_PROXIES", R"(["not a network"])"}}), HasSubstr("not a network"));
  EXPECT_THAT(refusal({{"WFM_MASTER_KEY", "c2hvcnQ="}}), HasSubstr("WFM_MASTER_KEY"));
  EXPECT_THAT(refusal({{"WFM_DATABASE", "postgresql://u:wfm@127.0.0.1/x"}}), HasSubstr("default password"));
}

TEST_F(StartTest, AKeyThatOthersCanReadIsRefused) {
  const auto key = daemon_.file("loose.key");
  std::ofstream(key) << "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
  ::chmod(key.c_str(), 0644);
  EXPECT_THAT(refusal({{"LOOMGATE_MASTER_KEY_FILE", key.string()}}), HasSubstr("LOOMGATE_MASTER_KEY_FILE"));
}

TEST_F(StartTest, AnotherMasterKeyIsRefusedOnceThereAreSecrets) {
  daemon_.start();
  daemon_.client().sign_in();
  daemon_.stop();
  EXPECT_THAT(refusal({{"LOOMGATE_MASTER_KEY_FILE", daemon_.file("new.key").string()}}),
              HasSubstr("does not open the secrets"));
}

TEST_F(StartTest, TakenPortIsAFailureWithASentence) {
  daemon_.start();
  LoomgateDaemon second({.dsn = database_.dsn(), .master_key_file = daemon_.file("data") / "master.key"});
  second.options().env = {{"WFM_LISTEN", "127.0.0.1:" + std::to_string(daemon_.port())}};
  EXPECT_EQ(second.start_and_fail(), 1);
  EXPECT_THAT(second.log(), HasSubstr("loomgated: "));
}

TEST_F(StartTest, MigratesAnEmptyDatabaseUnlessToldNotTo) {
  const auto empty = shared_cluster().empty_database();
  daemon_.options().dsn = empty.dsn();
  daemon_.options().arguments = {"serve", "--no-migrate"};
  EXPECT_THAT(refusal({}, 1), HasSubstr("run loomgated migrate"));
  EXPECT_EQ(daemon_.run({"migrate", "--status"}).exit_code, 1);
  const auto migrated = daemon_.run({"migrate"});
  EXPECT_EQ(migrated.exit_code, 0) << migrated.output;
  EXPECT_THAT(migrated.output, HasSubstr("applied migration 1"));
  EXPECT_EQ(daemon_.run({"migrate", "--status"}).exit_code, 0);
  EXPECT_THAT(daemon_.run({"migrate"}).output, HasSubstr("nothing to apply"));
  daemon_.start();
  EXPECT_EQ(daemon_.client().get("/readyz").status, 200);
}

TEST_F(StartTest, TwoDaemonsMayStartTogetherOnAnEmptyDatabase) {
  const auto empty = shared_cluster().empty_database();
  LoomgateDaemon first({.dsn = empty.dsn(), .master_key_file = daemon_.file("shared.key")});
  LoomgateDaemon second({.dsn = empty.dsn(), .master_key_file = daemon_.file("shared.key")});
  first.start();
  second.start();
  auto client = first.client();
  client.sign_in();
  auto other = second.client();
  other.set_bearer(client.bearer());
  EXPECT_EQ(other.get("/api/v1/settings/ui").status, 200) << "a session of one daemon is good at the other";
}

TEST_F(StartTest, HangupReadsTheLogLevelAgain) {
  const auto file = daemon_.file("my.env");
  std::ofstream(file) << "WFM_LOG_FORMAT=text\n";
  daemon_.options().arguments = {"--env-file", file.string(), "serve"};
  daemon_.start();
  daemon_.signal(SIGHUP);
  EXPECT_TRUE(daemon_.logged("log level is now debug"));
  std::ofstream(file) << "WFM_LOG_FORMAT=loud\n";
  daemon_.signal(SIGHUP);
  EXPECT_TRUE(daemon_.logged("LG-APP-011"));
  EXPECT_EQ(daemon_.client().get("/healthz").status, 200);
}

TEST_F(StartTest, JsonLogsAreJson) {
  daemon_.options().env = {{"WFM_LOG_FORMAT", "json"}};
  daemon_.start();
  ASSERT_TRUE(daemon_.logged("LG-APP-002"));
  const auto log = daemon_.log();
  const auto line = log.substr(0, log.find('\n'));
  EXPECT_TRUE(json::parse(line).value.has_value()) << line;
}

TEST_F(StartTest, HelpAndUnknownCommands) {
  EXPECT_EQ(daemon_.run({"--help"}).exit_code, 0);
  EXPECT_NE(daemon_.run({}).exit_code, 0);
  EXPECT_NE(daemon_.run({"fly"}).exit_code, 0);
  EXPECT_THAT(daemon_.run({"version"}).output, HasSubstr("loomgated "));
  const auto settings = daemon_.run({"settings"});
  EXPECT_EQ(settings.exit_code, 0);
  EXPECT_THAT(settings.output, AllOf(HasSubstr("WFM_DATABASE=set  # environment"), Not(HasSubstr("postgresql://"))));
}

TEST(DatabaseAwayTest, StartWaitsForAPostgresThatComesLate) {
  PostgresCluster cluster;
  cluster.migrate();
  cluster.stop();
  LoomgateDaemon daemon({.dsn = cluster.dsn(), .arguments = {"serve"}});
  std::thread late([&] {
    EXPECT_TRUE(daemon.logged("LG-APP-008"));
    cluster.start();
  });
  daemon.start();
  late.join();
  EXPECT_EQ(daemon.client().get("/readyz").status, 200);
  cluster.stop();
  EXPECT_TRUE(eventually(60s, [&] { return daemon.client().get("/readyz").status == 503; }));
  auto client = daemon.client();
  EXPECT_EQ(client.get("/healthz").status, 200) << "alive, but not ready";
  EXPECT_EQ(client.get("/readyz").text("database"), "unreachable");
  EXPECT_EQ(client.get("/api/v1/auth/state").status, 503);
  EXPECT_THAT(client.get("/metrics").body, HasSubstr("loomgate_database_up 0"));
  cluster.start();
  EXPECT_TRUE(eventually(60s, [&] { return daemon.client().get("/readyz").status == 200; }));
}

TEST(DatabaseAwayTest, AStopWhileWaitingIsObeyed) {
  LoomgateDaemon daemon(
      {.dsn = "host=127.0.0.1 port=" + std::to_string(free_port()) + " dbname=x user=y", .arguments = {"serve"}});
  std::thread stopper([&] {
    EXPECT_TRUE(daemon.logged("LG-APP-008"));
    daemon.signal(SIGTERM);
  });
  EXPECT_EQ(daemon.start_and_fail(), 0);
  stopper.join();
}

}  // namespace
}  // namespace loomgate::harness
