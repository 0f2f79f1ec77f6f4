// SPDX-License-Identifier: Apache-2.0
// Who waits for whom, and what a client sees while the database is away.
#include <future>

#include "daemon/store/configs.h"
#include "tests/harness/eventually.h"
#include "tests/integration/services_mesh/mesh_test.h"

namespace loomgate::test {
namespace {

using Locking = MeshTest;

TEST_F(Locking, WritersOfOneConfigWaitAndOthersDoNot) {
  const auto held = make_config("held").config.id;
  const auto free = make_config("free").config.id;
  auto connection = harness::connect(database.dsn());
  pg::Transaction holder(connection);
  ASSERT_TRUE(store::lock_config(holder, held));

  make_node(free, "a");
  EXPECT_EQ(nodes.list(held).size(), 0u) << "readers do not wait either";
  auto writer = std::async(std::launch::async, [&] { make_node(held, "b"); });
  EXPECT_TRUE(harness::eventually(harness::kPatience, [&] {
    return scalar("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") ==
           "1";
  }));
  EXPECT_EQ(nodes.list(held).size(), 0u);
  holder.commit();
  writer.get();
  EXPECT_EQ(nodes.list(held).size(), 1u);
}

// As the conversation with agents does: runtime first, then the state that an answer confirms.
TEST_F(Locking, AWriterLocksTheRuntimeOfANodeBeforeItsState) {
  const auto id = make_config("m").config.id;
  const auto node = make_node(id, "a").node;
  auto connection = harness::connect(database.dsn());
  pg::Transaction holder(connection);
  connection.exec_script("SELECT FROM node_runtime WHERE node_id = '" + node.id + "' FOR UPDATE");
  auto update = std::async(std::launch::async, [&] { nodes.update(admin, node.id, rename("b")); });
  EXPECT_TRUE(harness::eventually(harness::kPatience, [&] {
    return scalar("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") ==
           "1";
  }));
  EXPECT_NO_THROW(
      connection.exec_script("SELECT FROM node_config_state WHERE node_id = '" + node.id + "' FOR UPDATE NOWAIT"));
  holder.commit();
  update.get();
}

TEST_F(Locking, AWriterThatWaitedForADeleteGetsNotFound) {
  const auto id = make_config("m").config.id;
  const auto node = make_node(id, "a").node;
  auto connection = harness::connect(database.dsn());
  pg::Transaction holder(connection);
  ASSERT_TRUE(store::lock_config(holder, id));
  const auto code = [](auto act) {
    try {
      act();
    } catch (...) {
      return code_of(std::current_exception());
    }
    return std::string();
  };
  auto create = std::async(std::launch::async, [&] { return code([&] { make_node(id, "b"); }); });
  auto update = std::async(std::launch::async, [&] { return code([&] { nodes.update(admin, node.id, rename("c")); }); });
  EXPECT_TRUE(harness::eventually(harness::kPatience, [&] {
    return scalar("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") ==
           "2";
  }));
  store::delete_config(holder, id);
  holder.commit();
  EXPECT_EQ(create.get(), "CONFIG_NOT_FOUND 404");
  EXPECT_EQ(update.get(), "NODE_NOT_FOUND 404");
}

TEST(DatabaseAway, IsServiceUnavailableAndPassesByItself) {
  harness::PostgresCluster cluster;
  cluster.migrate();
  pg::Pool pool({.conninfo = cluster.dsn()}, 2);
  const auto sealer = test_sealer();
  services::ConfigService configs({pool, sealer});
  services::ConfigWrite write;
  write.name = "before";
  configs.create({"admin", "admin", ""}, write);
  cluster.stop();
  for (int i = 0; i < 3; ++i) {
    try {
      configs.list();
      ADD_FAILURE() << "there is no database";
    } catch (...) {
      EXPECT_EQ(code_of(std::current_exception()), "SERVICE_UNAVAILABLE 503");
    }
  }
  cluster.start();
  EXPECT_TRUE(harness::eventually(harness::kPatience, [&] {
    try {
      return configs.list().size() == 1;
    } catch (const pg::DatabaseError&) {
      return false;
    }
  }));
}

}  // namespace
}  // namespace loomgate::test
