// SPDX-License-Identifier: Apache-2.0
// What a broker reports of sessions: an event of an older epoch, or of an older boot, changes nothing that is newer.
#include "sql/pg/transaction.h"
#include "tests/integration/pg/schema_fixture.h"

namespace loomgate::pg {
namespace {

const Statement kRecord{"test_record_sessions", Access::kWrite,
                        "SELECT broker_record_sessions('b1', $1, ARRAY['c1'], ARRAY['u1'], $2, ARRAY['10.0.0.1'], "
                        "ARRAY[now()], ARRAY[CASE WHEN $3 THEN now() END], ARRAY[CASE WHEN $3 THEN 0 END], now())"};
const Statement kSession{"test_read_session", Access::kRead,
                         "SELECT boot_id, epoch, ended_at IS NOT NULL, unseen FROM broker_sessions WHERE client_id = 'c1'"};

struct Session {
  std::string boot;
  std::int64_t epoch;
  bool ended;
  bool unseen;
  bool operator==(const Session&) const = default;
};

class BrokerSessions : public SchemaTest {
 protected:
  BrokerSessions() { start_broker("boot1"); }

  void start_broker(const std::string& boot) { run("SELECT broker_register('b1', 'mosquitto', '" + boot + "', '2.0.11', '0.1')"); }
  void record(const std::string& boot, std::int64_t epoch, bool ended) {
    broker_.exec(kRecord, params(boot, std::vector<std::int64_t>{epoch}, ended));
  }
  Session session() {
    const Result result = connection_.exec(kSession);
    if (result.empty()) return {"none", 0, false, false};
    RowReader row(result[0]);
    return {row.next<std::string>(), row.next<std::int64_t>(), row.next<bool>(), row.next<bool>()};
  }
  void mark_seen() { run("UPDATE broker_sessions SET unseen = false"); }

  Connection broker_ = harness::connect(database_.broker_dsn());
};

TEST_F(BrokerSessions, ALoginOpensAndAnEndCloses) {
  record("boot1", 1, false);
  EXPECT_EQ(session(), (Session{"boot1", 1, false, true}));
  mark_seen();
  record("boot1", 1, true);
  EXPECT_EQ(session(), (Session{"boot1", 1, true, true}));
}

TEST_F(BrokerSessions, ATakeOverWinsOverTheLateEndOfTheLoser) {
  record("boot1", 1, false);
  record("boot1", 2, false);
  mark_seen();
  record("boot1", 1, true);
  EXPECT_EQ(session(), (Session{"boot1", 2, false, false}));
}

TEST_F(BrokerSessions, TheSameEventTwiceChangesNothing) {
  record("boot1", 3, true);
  mark_seen();
  record("boot1", 3, true);
  record("boot1", 3, false);
  record("boot1", 2, false);
  EXPECT_EQ(session(), (Session{"boot1", 3, true, false}));
}

TEST_F(BrokerSessions, ANewBootStartsItsEpochsAnew) {
  record("boot1", 9, false);
  start_broker("boot2");
  EXPECT_EQ(session(), (Session{"boot1", 9, true, true})) << "sessions of the old boot ended with it";
  record("boot2", 1, false);
  EXPECT_EQ(session(), (Session{"boot2", 1, false, true}));
}

TEST_F(BrokerSessions, RegisteringTheSameBootAgainKeepsItsSessions) {
  record("boot1", 1, false);
  start_broker("boot1");
  EXPECT_FALSE(session().ended);
}

TEST_F(BrokerSessions, ABatchIsOneStatementAndWakesTheDaemon) {
  Connection daemon = harness::connect(database_.dsn());
  daemon.exec_script("LISTEN loomgate_sessions");
  broker_.exec_script("SELECT broker_record_sessions('b1', 'boot1', ARRAY['x','y','z'], ARRAY['x','y','z'], ARRAY[1,2,3], ARRAY['','',''], "
                      "ARRAY[now(),now(),now()], ARRAY[NULL,now(),NULL], ARRAY[NULL,0,NULL], now())");
  EXPECT_EQ(run("SELECT FROM broker_sessions").rows(), 3);
  EXPECT_EQ(run("SELECT FROM broker_sessions WHERE ended_at IS NULL").rows(), 2);
  daemon.exec_script("SELECT 1");
  EXPECT_EQ(daemon.poll_notifications().size(), 1U);
}

TEST_F(BrokerSessions, TimesOfABrokerWhoseClockIsWrongAreStoredByTheDatabasesClock) {
  broker_.exec_script("SELECT broker_record_sessions('b1', 'boot1', ARRAY['x'], ARRAY['x'], ARRAY[1], ARRAY[''], "
                      "ARRAY[now() + interval '59 minutes'], ARRAY[now() + interval '1 hour'], ARRAY[0], now() + interval '1 hour')");
  EXPECT_EQ(run("SELECT FROM broker_sessions WHERE ended_at BETWEEN now() - interval '10 minutes' AND now() "
                "AND ended_at - connected_at = interval '1 minute'").rows(), 1);
}

TEST_F(BrokerSessions, HeartbeatOfAnotherBootIsRefused) {
  const auto beat = [this](const std::string& boot) {
    return broker_.exec_script("SELECT broker_heartbeat('b1', '" + boot + "', '{\"clients\": 5}')")[0].get<bool>(0);
  };
  EXPECT_TRUE(beat("boot1"));
  EXPECT_FALSE(beat("boot0"));
  EXPECT_EQ(run("SELECT counters ->> 'clients' FROM brokers")[0].get<std::string>(0), "5");
}

}  // namespace
}  // namespace loomgate::pg
