// SPDX-License-Identifier: Apache-2.0
// What the daemon shows without a login, and that every statement linked into it fits the schema.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/app/doctor_statements.h"
#include "sql/pg/statement.h"
#include "tests/harness/daemon.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::harness {
namespace {

using testing::HasSubstr;

class PagesTest : public testing::Test {
 protected:
  PagesTest() : database_(shared_cluster().fresh_database()), daemon_({.dsn = database_.dsn()}) {}
  TestDatabase database_;
  LoomgateDaemon daemon_;
};

TEST_F(PagesTest, StartPageHasAStrictPolicy) {
  daemon_.start();
  auto client = daemon_.client();
  const auto page = client.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.header("content-type").value_or(""), HasSubstr("text/html"));
  EXPECT_THAT(page.body, HasSubstr("Loomgate"));
  const auto policy = page.header("content-security-policy").value_or("");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(page.body.find("onclick"), std::string::npos);
  for (const auto& [path, type] : {std::pair("/start.js", "text/javascript"), std::pair("/start.css", "text/css"),
                                   std::pair("/index.html", "text/html")}) {
    const auto file = client.get(path);
    EXPECT_EQ(file.status, 200) << path;
    EXPECT_THAT(file.header("content-type").value_or(""), HasSubstr(type));
  }
  EXPECT_EQ(client.get("/no-such-page").status, 404);
  EXPECT_EQ(client.get("/api/v1/no-such-route").body, R"({"detail":"Not Found"})");
  EXPECT_EQ(client.post("/api/v1/system/health").body, R"({"detail":"Method Not Allowed"})");
}

TEST_F(PagesTest, HealthSaysWhatThisIs) {
  daemon_.options().env = {{"WFM_TIMEZONE", "Europe/Berlin"}, {"WFM_APP_NAME", "My mesh"}};
  daemon_.start();
  auto client = daemon_.client();
  const auto health = client.get("/api/v1/system/health");
  EXPECT_EQ(health.text("data.status"), "ok");
  EXPECT_EQ(health.text("data.service"), "My mesh");
  EXPECT_EQ(health.text("data.timezone"), "Europe/Berlin");
  EXPECT_NE(health.text("data.version"), "");
  EXPECT_TRUE(health.text("data.timestamp").ends_with("Z"));
  EXPECT_TRUE(health.at("data.dev_test_api_enabled")->is(json::Type::kBool));
  EXPECT_FALSE(health.boolean("data.mqtt_services_enabled"));
  EXPECT_EQ(client.get("/api/v1/system/timezone").at("data")->dump(), R"({"timezone":"Europe/Berlin"})");
  const auto ready = client.get("/readyz");
  EXPECT_TRUE(ready.boolean("ready"));
  EXPECT_EQ(ready.text("mqtt"), "disabled");
}

TEST_F(PagesTest, MetricsCountAnswers) {
  daemon_.start();
  auto client = daemon_.client();
  client.get("/healthz");
  client.get("/api/v1/settings/ui");
  const auto metrics = client.get("/metrics");
  EXPECT_THAT(metrics.header("content-type").value_or(""), HasSubstr("version=0.0.4"));
  EXPECT_THAT(metrics.body, HasSubstr("loomgate_http_responses_total{status=\"200\"} "));
  EXPECT_THAT(metrics.body, HasSubstr("loomgate_outbox_waiting 0\n"));
}

TEST_F(PagesTest, PrefixesMove) {
  daemon_.options().env = {{"WFM_API_V1_PREFIX", "/mesh/v1"}};
  daemon_.start();
  auto client = daemon_.client();
  EXPECT_EQ(client.get("/mesh/v1/auth/state").status, 200);
  EXPECT_EQ(client.get("/api/v1/auth/state").status, 404);
}

TEST_F(PagesTest, EveryStatementFitsTheSchema) {
  auto connection = connect(database_.dsn());
  ASSERT_NE(app::kDoctorClock.name, nullptr);
  int prepared = 0;
  for (const auto* statement : pg::all_statements()) {
    const auto text = "PREPARE s" + std::to_string(prepared++) + " AS " + statement->sql;
    EXPECT_NO_THROW(connection.exec_script(text)) << statement->name;
  }
  EXPECT_GT(prepared, 10);
}

}  // namespace
}  // namespace loomgate::harness
