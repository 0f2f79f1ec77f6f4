// SPDX-License-Identifier: Apache-2.0
// Desired, staged and confirmed after every kind of write: spec domain 8.
#include <random>

#include "daemon/base/ids.h"
#include "daemon/store/links.h"
#include "plugin/base/digest.h"
#include "tests/integration/services_mesh/mesh_test.h"

namespace loomgate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class Refresh : public MeshTest {
 protected:
  std::string config = make_config("m").config.id;
  domain::Node a = make_node(config, "a", "192.0.2.1").node;
  domain::Node b = make_node(config, "b").node;

  std::string versions(const domain::Node& node) {
    return state_of(node.id, "desired_version, staged_version");
  }
  void set_auto_sync(const domain::Node& node, bool on) {
    auto write = rename(node.name);
    write.auto_sync = on;
    nodes.update(admin, node.id, write);
  }
  // Links the hub with this many new leaves: rows first, one refresh after.
  std::vector<domain::Node> make_hub(const domain::Node& hub, int leaf_count) {
    scalar("UPDATE configs SET virtual_subnet = '10.66.0.0/16'");
    std::vector<domain::Node> leaves;
    for (int i = 0; i < leaf_count; ++i) leaves.push_back(make_node(config, "leaf" + std::to_string(i)).node);
    pool.transact([&](pg::Transaction& transaction) {
      for (const auto& leaf : leaves) {
        store::LinkGroup group;
        group.id = new_id("group");
        group.config_id = config;
        for (auto* link : {&group.forward, &group.reverse}) {
          link->id = new_id("plink");
          link->allowed_ips = "10.66.0.0/16";
          link->endpoint_ref_family = "ipv4";
        }
        group.forward.local_node_id = group.reverse.peer_node_id = hub.id;
        group.forward.peer_node_id = group.reverse.local_node_id = leaf.id;
        store::insert_link_group(transaction, sealer, group);
      }
    });
    nodes.update(admin, hub.id, rename(hub.name));
    return leaves;
  }
  // Two links between one pair: invalid until one of them goes.
  std::string make_invalid() {
    make_link(a, b);
    return make_link(b, a);
  }
};

TEST_F(Refresh, VersionsGrowByOneWithEachNewTextOnly) {
  EXPECT_EQ(versions(a), "1 1");
  nodes.update(admin, a.id, rename("a"));
  EXPECT_EQ(versions(a), "1 1");
  nodes.update(admin, a.id, rename("alpha"));  // its own text does not hold its name
  EXPECT_EQ(versions(a), "1 1");
  make_link(a, b);
  EXPECT_EQ(versions(a), "2 2");
  EXPECT_EQ(versions(b), "2 2");
  nodes.update(admin, a.id, rename("beta"));  // the comment in b's text
  EXPECT_EQ(versions(a), "2 2");
  EXPECT_EQ(versions(b), "3 3");
}

TEST_F(Refresh, AnInvalidTopologyHoldsBackEverybodyAndReleasesThemTogether) {
  const auto c = make_node(config, "c").node;
  const auto group = make_invalid();
  auto write = rename("c");
  write.mtu = 1280;
  nodes.update(admin, c.id, write);
  EXPECT_EQ(versions(c), "2 1") << "c is in no link, but the mesh is invalid";
  EXPECT_EQ(sync.node_status(config, c.id).status, "staged_outdated");
  EXPECT_EQ(sync.node_status(config, c.id).runtime_status, "pending");
  EXPECT_FALSE(sync.node_status(config, c.id).topology_valid);
  EXPECT_EQ(refused([&] { sync.sync_node(admin, config, c.id); }), "TOPOLOGY_INVALID 409");
  EXPECT_EQ(refused([&] { sync.sync_all(admin, config); }), "TOPOLOGY_INVALID 409");
  links.remove(admin, group);
  EXPECT_EQ(versions(c), "2 2") << "released by a write to other nodes";
  EXPECT_EQ(sync.node_status(config, c.id).runtime_status, "in_sync");
  EXPECT_EQ(sync.node_status(config, a.id).status, "in_sync");
}

TEST_F(Refresh, TopologyErrorsComeWithTheirMessages) {
  make_invalid();
  try {
    sync.sync_all(admin, config);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.detail().dump(), HasSubstr("Duplicate enabled peer links found between"));
  }
}

TEST_F(Refresh, WithoutAutoSyncTheOldTextStaysStagedUntilSync) {
  set_auto_sync(a, false);
  const auto old_text = sync.applied(config, a.id).content;
  make_link(a, b);
  EXPECT_EQ(versions(a), "2 1");
  EXPECT_EQ(sync.applied(config, a.id).content, old_text);
  const auto synced = sync.sync_node(admin, config, a.id);
  EXPECT_EQ(synced.staged_version, 3) << "one more than everything before";
  EXPECT_EQ(synced.staged_sha256, sync.preview(config, a.id).sha256);
  EXPECT_EQ(synced.sync_status.status, "in_sync");
  EXPECT_EQ(sync.sync_node(admin, config, a.id).staged_version, 3) << "nothing new, no new version";
  set_auto_sync(a, true);
  EXPECT_EQ(versions(a), "2 3") << "staged never moves back";
}

TEST_F(Refresh, SyncAllStagesEveryEnabledNode) {
  set_auto_sync(a, false);
  set_auto_sync(b, false);
  auto off = rename("c");
  off.enabled = false;
  nodes.create(admin, config, off);
  make_link(a, b);
  const auto synced = sync.sync_all(admin, config);
  EXPECT_EQ(synced.synced_count, 2);
  EXPECT_EQ(synced.failed_count, 0);
  EXPECT_THAT(synced.synced, ElementsAre(a.id, b.id));
  EXPECT_EQ(versions(a), "2 3");
  EXPECT_EQ(sync.config_status(config).size(), 2u);
}

TEST_F(Refresh, AHandWrittenTextIsStagedVerbatimAndOverwrittenByTheNextRefresh) {
  const std::string text = "[Interface]\r\n# by hand\n";
  const auto status = sync.save_applied(admin, config, a.id, {text});
  EXPECT_EQ(status.staged_version, 2);
  EXPECT_EQ(status.staged_sha256, sha256_hex(text));
  EXPECT_EQ(status.status, "staged_outdated");
  EXPECT_EQ(status.runtime_status, "pending");
  EXPECT_EQ(sync.applied(config, a.id).content, text);
  EXPECT_EQ(sync.package(config, a.id).content, text);
  EXPECT_EQ(sync.save_applied(admin, config, a.id, {text}).staged_version, 2);
  nodes.update(admin, a.id, rename("a"));
  EXPECT_EQ(sync.applied(config, a.id).content, sync.preview(config, a.id).content);
  EXPECT_EQ(versions(a), "1 3");
}

TEST_F(Refresh, AnEmptyTextMeansThatNothingIsStaged) {
  const auto status = sync.save_applied(admin, config, a.id, {""});
  EXPECT_EQ(status.staged_sha256, "");
  EXPECT_EQ(status.status, "pending");
  EXPECT_FALSE(sync.applied(config, a.id).exists);
}

TEST_F(Refresh, DisabledNodesAnswerNodeDisabled) {
  auto off = rename("a");
  off.enabled = false;
  nodes.update(admin, a.id, off);
  EXPECT_EQ(refused([&] { sync.node_status(config, a.id); }), "NODE_DISABLED 409");
  EXPECT_EQ(refused([&] { sync.preview(config, a.id); }), "NODE_DISABLED 409");
  EXPECT_EQ(refused([&] { sync.applied(config, a.id); }), "NODE_DISABLED 409");
  EXPECT_EQ(refused([&] { sync.package(config, a.id); }), "NODE_DISABLED 409");
  EXPECT_EQ(refused([&] { sync.save_applied(admin, config, a.id, {"x"}); }), "NODE_DISABLED 409");
  EXPECT_EQ(refused([&] { sync.sync_node(admin, config, a.id); }), "NODE_DISABLED 409");
  const auto other = make_config("other").config.id;
  EXPECT_EQ(refused([&] { sync.node_status(other, b.id); }), "NODE_CONFIG_MISMATCH 400");
  EXPECT_EQ(refused([&] { sync.node_status(config, "node_000000000000"); }), "NODE_NOT_FOUND 404");
  EXPECT_EQ(refused([&] { sync.preview("cfg_000000000000", b.id); }), "CONFIG_NOT_FOUND 404");
}

TEST_F(Refresh, StagedTextsArePushedToBoundOnlineNodesOnly) {
  bind(a.id);
  make_link(a, b);
  EXPECT_EQ(scalar("SELECT string_agg(c.node_id || ' ' || c.requested_by || ' ' || c.pushed_version, ',') FROM commands c"),
            a.id + " auto-sync 2");
  EXPECT_EQ(scalar("SELECT pushed_sha256 FROM commands"), sync.preview(config, a.id).sha256);
}

TEST_F(Refresh, SyncOffersAgainWhatTheDeviceHasNotConfirmed) {
  bind(a.id);
  sync.sync_node(admin, config, a.id);
  EXPECT_EQ(scalar("SELECT requested_by FROM commands"), "manual-sync");
  scalar("UPDATE commands SET status = 'acked'");
  scalar("UPDATE node_config_state SET confirmed_sha256 = staged_sha256, confirmed_version = staged_version");
  sync.sync_node(admin, config, a.id);
  EXPECT_EQ(scalar("SELECT count(*) FROM commands"), "1") << "confirmed already";
}

TEST_F(Refresh, TextsThatNothingRefersToAreCollected) {
  bind(a.id);
  for (const int mtu : {1300, 1310, 1320, 1330}) {
    auto write = rename("a");
    write.mtu = mtu;
    nodes.update(admin, a.id, write);
  }
  EXPECT_EQ(scalar("SELECT count(*) FROM node_texts t WHERE node_id = '" + a.id + "' AND NOT EXISTS (SELECT FROM "
                   "node_config_state s WHERE s.node_id = t.node_id AND t.sha256::text IN (s.desired_sha256, "
                   "s.staged_sha256, s.confirmed_sha256)) AND NOT EXISTS (SELECT FROM commands c WHERE "
                   "c.pushed_sha256 = t.sha256)"),
            "0");
  EXPECT_EQ(scalar("SELECT count(*) FROM node_texts WHERE node_id = '" + b.id + "'"), "1");
}

// One leaf of a hub with 300 leaves gets another name: only the hub's text holds it.
TEST_F(Refresh, RenamingOneLeafOfALargeHubTouchesItsNeighboursRowsOnly) {
  const auto leaves = make_hub(a, 300);
  const auto touched_since = [&](const std::string& mark, const char* table, const char* id) {
    return scalar("SELECT coalesce(string_agg(" + std::string(id) + ", ','), '') FROM " + table + " WHERE updated_at > '" +
                  mark + "'");
  };
  const auto mark = scalar("SELECT clock_timestamp()");
  nodes.update(admin, leaves[150].id, rename("renamed"));
  EXPECT_EQ(touched_since(mark, "nodes", "id"), leaves[150].id);
  EXPECT_EQ(touched_since(mark, "node_config_state", "node_id"), a.id);
  EXPECT_EQ(touched_since(mark, "node_runtime", "node_id"), "");
  EXPECT_EQ(touched_since(mark, "peer_links", "id"), "");
  EXPECT_EQ(touched_since(mark, "configs", "id"), "");
  EXPECT_EQ(scalar("SELECT count(*) FROM node_texts WHERE created_at > '" + mark + "'"), "1");
}

// Random writes: hashes always name the texts, and no version ever moves back.
TEST_F(Refresh, AfterAnyWriteTheHashesNameTheTextsAndVersionsNeverShrink) {
  std::mt19937 random(11);
  const auto pick = [&](int most) { return std::uniform_int_distribution<int>(0, most - 1)(random); };
  std::vector<domain::Node> all{a, b, make_node(config, "c", "192.0.2.3").node, make_node(config, "d").node};
  std::map<std::string, std::pair<int, int>> last;
  for (int round = 0; round < 60; ++round) {
    const auto& node = all[static_cast<std::size_t>(pick(4))];
    const auto& other = all[static_cast<std::size_t>(pick(4))];
    try {
      switch (pick(6)) {
        case 0: nodes.update(admin, node.id, rename(node.name + std::to_string(pick(3)))); break;
        case 1: make_link(node, other); break;
        case 2:
          if (const auto list = links.list(config); !list.empty()) links.remove(admin, list.front().link_group_id);
          break;
        case 3: set_auto_sync(node, pick(2) == 0); break;
        case 4: sync.save_applied(admin, config, node.id, {"text " + std::to_string(pick(3))}); break;
        case 5: sync.sync_node(admin, config, node.id); break;
      }
    } catch (const Error&) {  // an invalid topology or a self link; nothing happened
    }
    const bool valid = links.validate(config).valid;
    for (const auto& status : sync.config_status(config)) {
      auto& [desired, staged] = last[status.node_id];
      EXPECT_GE(status.desired_version, desired);
      EXPECT_GE(status.staged_version, staged);
      desired = status.desired_version;
      staged = status.staged_version;
      EXPECT_EQ(status.desired_sha256, sync.preview(config, status.node_id).sha256);
      const auto conf = sync.applied(config, status.node_id);
      EXPECT_EQ(status.staged_sha256, sha256_hex(conf.content));
      EXPECT_EQ(status.topology_valid, valid);
    }
  }
}

class Secrets : public Refresh {};

TEST_F(Secrets, NoRowHoldsAKeyInClear) {
  auto write = link_between(a, b);
  write.preshared_key = std::string("cHNrLXBzay1wc2stcHNrLXBzay1wc2stcHNrLXBzay0=");
  links.create(admin, config, write);
  sync.save_applied(admin, config, a.id, {"PrivateKey = by-hand-secret\n"});
  // bytea columns print as hex, so plain text inside them would show as the hex of its bytes.
  const auto all = contents();
  const auto hex = [](const std::string& text) {
    return to_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  for (const auto& secret : {a.private_key, b.private_key, write.preshared_key.value(), std::string("by-hand-secret")}) {
    EXPECT_THAT(all, testing::Not(HasSubstr(secret)));
    EXPECT_THAT(all, testing::Not(HasSubstr(hex(secret))));
  }
  EXPECT_EQ(nodes.get(a.id).node.private_key, a.private_key);
}

// A value that was moved to another row does not open.
TEST_F(Secrets, ASealedKeyOpensInItsOwnRowOnly) {
  scalar("UPDATE nodes SET private_key_sealed = (SELECT private_key_sealed FROM nodes WHERE id = '" + a.id +
         "') WHERE id = '" + b.id + "'");
  EXPECT_THROW(nodes.get(b.id), std::runtime_error);
}

}  // namespace
}  // namespace loomgate::test
