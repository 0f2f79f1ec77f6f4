// SPDX-License-Identifier: Apache-2.0
// Which messages are dropped when they cannot be stored, and which wait.
#include <gtest/gtest.h>

#include "daemon/agents/inbox.h"
#include "tests/harness/agent_simulator.h"
#include "tests/integration/agents/mesh.h"

namespace loomgate::test {
namespace {

class InboxTest : public testing::Test {
 protected:
  Mesh mesh;
  BoundNode node = mesh.add_node("gw1");
  agents::Tally tally;
  Timestamp now = std::chrono::time_point_cast<Timestamp::duration>(std::chrono::system_clock::now());
  agents::Inbox inbox{mesh.pool, {}, [this] { return now; }, tally, [](const auto&) {}};

  agents::Incoming event(const std::string& name) const { return event_of(node, name); }
  static agents::Incoming event_of(const BoundNode& node, const std::string& name) {
    const harness::AgentIdentity identity{node.config_id, node.id, node.password, ""};
    return {"wfm/" + node.config_id + "/" + node.id + "/event",
            harness::agent_envelope(identity, "event", "", "s1", R"({"event":")" + name + "\"}")};
  }
  // PostgreSQL refuses to store events of this name.
  void refuse(const std::string& name, const std::string& sqlstate) {
    mesh.run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.event = '" + name +
             "' THEN RAISE EXCEPTION 'refused' USING ERRCODE = '" + sqlstate +
             "'; END IF; RETURN NEW; END $$; "
             "CREATE TRIGGER refuse BEFORE INSERT ON agent_events FOR EACH ROW EXECUTE FUNCTION refuse()");
  }
  void refuse_no_more() { mesh.run("DROP TRIGGER refuse ON agent_events; DROP FUNCTION refuse()"); }
  std::string stored() { return mesh.ask("SELECT string_agg(event, ' ' ORDER BY seq) FROM agent_events"); }
};

TEST_F(InboxTest, a_message_whose_content_is_refused_is_dropped_alone) {
  for (const char* sqlstate : {"22021", "23514", "23505", "23503"}) {
    refuse("bad", sqlstate);
    EXPECT_TRUE(inbox.take({event("one"), event("bad"), event("two")})) << sqlstate;
    EXPECT_EQ(stored(), "one two") << sqlstate;
    mesh.run("DELETE FROM agent_events");
    refuse_no_more();
  }
  EXPECT_EQ(tally.counts()["refused"], 4U);
}

TEST_F(InboxTest, a_database_that_cannot_write_now_costs_no_message) {
  for (const char* sqlstate : {"53100", "57014", "25006", "58030"}) {
    refuse("good", sqlstate);
    EXPECT_FALSE(inbox.take({event("good")})) << sqlstate;
    refuse_no_more();
    EXPECT_TRUE(inbox.take({event("good")})) << sqlstate;
    EXPECT_EQ(stored(), "good") << sqlstate;
    mesh.run("DELETE FROM agent_events");
  }
  EXPECT_EQ(tally.counts()["refused"], 0U);
}

TEST_F(InboxTest, a_message_that_breaks_its_handling_is_dropped) {
  now = Timestamp(std::chrono::hours(24 * 366) * 9000);  // no such time in the database
  EXPECT_TRUE(inbox.take({event("one")}));
  EXPECT_EQ(tally.counts()["refused"], 1U);
}

TEST_F(InboxTest, the_newest_twenty_events_of_each_node_are_kept) {
  const auto other = mesh.add_node("gw2");
  std::vector<agents::Incoming> many;
  for (int number = 1; number <= 23; ++number) many.push_back(event("mark" + std::to_string(number)));
  many.push_back(event_of(other, "alone"));
  EXPECT_TRUE(inbox.take(many));
  EXPECT_TRUE(inbox.take({event("mark24"), event("mark25")}));
  const auto kept = [&](const BoundNode& of) {
    return mesh.ask("SELECT count(*) || ' ' || min(seq) || ' ' || max(seq) FROM (SELECT substr(event, 5)::int AS seq "
                    "FROM agent_events WHERE event LIKE 'mark%' AND node_id = '" + of.id + "') AS marks");
  };
  EXPECT_EQ(kept(node), "20 6 25");
  EXPECT_EQ(mesh.ask("SELECT event FROM agent_events WHERE node_id = '" + other.id + "'"), "alone");
}

}  // namespace
}  // namespace loomgate::test
