// SPDX-License-Identifier: Apache-2.0
// The doctor on healthy and on broken installations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/harness/broker.h"
#include "tests/harness/daemon.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::harness {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

class DoctorTest : public testing::Test {
 protected:
  DoctorTest()
      : database_(shared_cluster().fresh_database()), daemon_({.dsn = database_.dsn(), .mqtt_port = free_port()}) {}

  void sql(const std::string& text) { connect(database_.superuser_dsn()).exec_script(text); }

  struct Report {
    int exit_code = 0;
    json::Json json;
    // The worst verdict of a check; empty when there is no finding of it.
    std::string verdict(const std::string& check) const {
      std::string worst;
      for (const auto& finding : json.view().find("findings")->items()) {
        if (finding.find("check")->string() != check) continue;
        const std::string found(finding.find("verdict")->string());
        if (worst.empty() || found == "FAIL" || (found == "WARN" && worst == "OK")) worst = found;
      }
      return worst;
    }
    // Every finding that is not OK says what to do.
    bool advises() const {
      for (const auto& finding : json.view().find("findings")->items()) {
        if ((finding.find("verdict")->string() == "OK") != finding.find("advice")->string().empty()) return false;
      }
      return true;
    }
    std::string text() const { return json.dump(); }
  };
  Report ask() const {
    const auto run = daemon_.run({"doctor", "--json"});
    auto parsed = json::parse(run.output).value;
    EXPECT_TRUE(parsed.has_value()) << run.output;
    return {run.exit_code, parsed ? std::move(*parsed) : json::Json::object({{"findings", json::Json::array()}})};
  }

  TestDatabase database_;
  LoomgateDaemon daemon_;
};

TEST_F(DoctorTest, HealthyInstallation) {
  MosquittoBroker broker(broker_with_plugin(database_.broker_dsn()));
  broker.start();
  daemon_.options().mqtt_port = broker.port();
  daemon_.start();
  daemon_.client().sign_in();
  Report report;
  EXPECT_TRUE(eventually(60s, [&] {
    report = ask();
    return report.exit_code == 0;
  })) << report.text();
  for (const char* check : {"settings", "master-key", "database", "server", "schema", "roles", "secrets", "account",
                            "clock", "broker", "plugin"}) {
    EXPECT_EQ(report.verdict(check), "OK") << check << report.text();
  }
  EXPECT_TRUE(report.advises());
  const auto text = daemon_.run({"doctor"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_THAT(text.output, HasSubstr("OK    schema"));
  EXPECT_THAT(text.output, HasSubstr("password=***"));
}

TEST_F(DoctorTest, NothingIsRunning) {
  daemon_.options().dsn = "postgresql://me:hush-hush@127.0.0.1:" + std::to_string(free_port()) + "/mesh";
  const auto report = ask();
  EXPECT_EQ(report.exit_code, 1);
  EXPECT_EQ(report.verdict("database"), "FAIL");
  EXPECT_EQ(report.verdict("broker"), "FAIL");
  EXPECT_EQ(report.verdict("master-key"), "WARN");
  EXPECT_TRUE(report.advises()) << report.text();
  EXPECT_THAT(report.text(), Not(HasSubstr("hush-hush")));
}

TEST_F(DoctorTest, WrongSettingsAreAFinding) {
  daemon_.options().env = {{"WFM_TIMEZONE", "Nowhere"}};
  const auto report = ask();
  EXPECT_EQ(report.exit_code, 1);
  EXPECT_EQ(report.verdict("settings"), "FAIL");
  EXPECT_THAT(report.text(), HasSubstr("WFM_TIMEZONE"));
}

TEST_F(DoctorTest, SchemaIsMissingOrEdited) {
  const auto empty = shared_cluster().empty_database();
  daemon_.options().dsn = empty.dsn();
  EXPECT_EQ(ask().verdict("schema"), "FAIL");
  daemon_.options().dsn = database_.dsn();
  EXPECT_EQ(ask().verdict("schema"), "OK");
  sql("UPDATE loomgate.schema_migrations SET checksum = repeat('0', 64)");
  EXPECT_EQ(ask().verdict("schema"), "FAIL");
}

TEST_F(DoctorTest, BrokerRoleThatSeesTooMuchOrTooLittle) {
  EXPECT_EQ(ask().verdict("roles"), "OK");
  sql("GRANT SELECT ON loomgate.nodes TO loomgate_broker");
  EXPECT_EQ(ask().verdict("roles"), "FAIL");
  sql("REVOKE SELECT ON loomgate.nodes FROM loomgate_broker; GRANT SELECT (private_key_sealed) ON loomgate.nodes TO "
      "loomgate_broker");
  EXPECT_EQ(ask().verdict("roles"), "FAIL") << "one column is enough";
  sql("REVOKE ALL (private_key_sealed) ON loomgate.nodes FROM loomgate_broker; REVOKE SELECT ON loomgate.access FROM "
      "loomgate_broker");
  EXPECT_EQ(ask().verdict("roles"), "FAIL");
  EXPECT_EQ(daemon_.run({"migrate"}).exit_code, 0);
  EXPECT_EQ(ask().verdict("roles"), "OK") << "migrate grants what the plugin needs";
}

TEST_F(DoctorTest, MasterKeyThatIsLooseOrWrong) {
  daemon_.start();
  daemon_.client().sign_in();
  const auto key = daemon_.file("data") / "master.key";
  ASSERT_EQ(::chmod(key.c_str(), 0640), 0);
  const auto loose = ask();
  EXPECT_EQ(loose.verdict("master-key"), "FAIL");
  EXPECT_THAT(loose.text(), HasSubstr("chmod 600"));
  ASSERT_EQ(::chmod(key.c_str(), 0600), 0);
  EXPECT_EQ(ask().verdict("secrets"), "OK");
  daemon_.options().env = {{"WFM_MASTER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}};
  EXPECT_EQ(ask().verdict("secrets"), "FAIL");
}

TEST_F(DoctorTest, BrokerThatLetsAnybodyIn) {
  MosquittoBroker broker({.access = BrokerOptions::Access::kAnonymous, .plugin_options = {}, .extra_config = ""});
  broker.start();
  daemon_.options().mqtt_port = broker.port();
  // A broker that a busy machine keeps from answering within the doctor's three seconds is another finding.
  EXPECT_TRUE(eventually(60s, [&] { return ask().verdict("broker") == "FAIL"; }));
}

TEST_F(DoctorTest, PluginThatWentSilent) {
  EXPECT_EQ(ask().verdict("plugin"), "FAIL") << "none has ever reported";
  sql("INSERT INTO loomgate.brokers (id, kind, boot_id, heartbeat_at) VALUES ('edge', 'mosquitto', 'b', now() - "
      "interval '10 minutes')");
  const auto report = ask();
  EXPECT_EQ(report.verdict("plugin"), "FAIL");
  EXPECT_THAT(report.text(), HasSubstr("edge"));
}

}  // namespace
}  // namespace loomgate::harness
