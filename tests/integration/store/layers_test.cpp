// SPDX-License-Identifier: Apache-2.0
// The versions that the statements compute are those of the rules in daemon/domain/sync_state.h.
#include <random>

#include "daemon/domain/sync_state.h"
#include "daemon/store/node_state.h"
#include "plugin/base/digest.h"
#include "tests/integration/services_mesh/mesh_test.h"

namespace loomgate::test {
namespace {

class Layers : public MeshTest {
 protected:
  std::string config = make_config("m").config.id;
  domain::Node node = make_node(config, "a").node;
  std::mt19937 random{3};

  int pick(int most) { return std::uniform_int_distribution<int>(0, most - 1)(random); }
  static std::string text(int number) { return "text " + std::to_string(number); }
  // One of three hashes, or none.
  std::string some_hash(bool may_be_empty) {
    const int number = pick(may_be_empty ? 4 : 3);
    return number == 3 ? "" : sha256_hex(text(number));
  }
  domain::Layer some_layer() {
    auto hash = some_hash(true);
    const int version = hash.empty() ? 0 : 1 + pick(5);
    return {std::move(hash), version};
  }
  void put(const domain::Layer& desired, const domain::Layer& staged) {
    scalar("UPDATE node_config_state SET desired_sha256 = '" + desired.sha256 + "', desired_version = " +
           std::to_string(desired.version) + ", staged_sha256 = '" + staged.sha256 + "', staged_version = " +
           std::to_string(staged.version));
  }
  domain::Layer staged() {
    auto connection = pool.acquire();
    const auto state = *store::find_node_state(*connection, node.id);
    return {state.staged_sha256, state.staged_version};
  }
  domain::Layer desired() {
    auto connection = pool.acquire();
    const auto state = *store::find_node_state(*connection, node.id);
    return {state.desired_sha256, state.desired_version};
  }
};

TEST_F(Layers, RenderingMovesDesiredAsTheRulesSay) {
  for (int round = 0; round < 40; ++round) {
    const auto before = some_layer();
    put(before, some_layer());
    const int number = pick(3);
    const auto hash = sha256_hex(text(number));
    pool.transact([&](pg::Transaction& transaction) {
      store::set_desired(transaction, sealer, {{node.id, hash, text(number)}});
    });
    EXPECT_EQ(desired(), domain::next_desired(before, hash));
  }
}

TEST_F(Layers, RefreshStagesAsTheRulesSay) {
  for (int round = 0; round < 60; ++round) {
    const auto wanted = some_layer();
    const auto before = some_layer();
    put(wanted, before);
    const auto changed = pool.transact([&](pg::Transaction& transaction) {
      return store::stage_desired(transaction, config);
    });
    const auto expected = wanted.sha256.empty() ? before : domain::auto_staged(before, wanted);
    EXPECT_EQ(staged(), expected);
    EXPECT_EQ(!changed.empty(), expected.sha256 != before.sha256);
  }
}

TEST_F(Layers, StagingByHandMovesAsTheRulesSay) {
  for (int round = 0; round < 60; ++round) {
    const auto wanted = some_layer();
    const auto before = some_layer();
    put(wanted, before);
    const int number = pick(3);
    const auto hash = sha256_hex(text(number));
    const auto changed = pool.transact([&](pg::Transaction& transaction) {
      return store::set_staged(transaction, sealer, {{node.id, hash, text(number)}});
    });
    EXPECT_EQ(staged(), domain::synced_layer(before, wanted, hash));
    EXPECT_EQ(!changed.empty(), hash != before.sha256);
    auto connection = pool.acquire();
    EXPECT_EQ(store::find_node_text(*connection, sealer, node.id, hash), text(number));
  }
}

TEST_F(Layers, TextsOfOpenAndLateCommandsAreKept) {
  const auto old_hash = sha256_hex("old");
  pool.transact([&](pg::Transaction& transaction) {
    store::set_staged(transaction, sealer, {{node.id, old_hash, "old"}});
    store::set_staged(transaction, sealer, {{node.id, sha256_hex("new"), "new"}});
  });
  scalar("INSERT INTO commands (id, request_id, config_id, node_id, action, requested_by, pushed_version, pushed_sha256) "
         "VALUES ('elog_000000000000', repeat('0', 32), '" + config + "', '" + node.id +
         "', 'push_config', 'admin', 2, '" + old_hash + "')");
  const auto collected = [&](const char* status) {
    scalar(std::string("UPDATE commands SET status = '") + status + "'");
    pool.transact([&](pg::Transaction& transaction) { store::collect_texts(transaction, {node.id}); });
    auto connection = pool.acquire();
    return !store::find_node_text(*connection, sealer, node.id, old_hash);
  };
  EXPECT_FALSE(collected("pending"));
  EXPECT_FALSE(collected("timeout"));
  EXPECT_FALSE(collected("failed")) << "superseded, or lost with a session: it may have been applied all the same";
  scalar("UPDATE commands SET ack_at = now()");
  EXPECT_TRUE(collected("failed")) << "refused by the device";
}

}  // namespace
}  // namespace loomgate::test
