// SPDX-License-Identifier: Apache-2.0
// Nodes: spec domain 2.5 to 2.8 and 3, http-api 6.3.
#include <future>

#include "daemon/crypto/keys.h"
#include "tests/integration/services_mesh/mesh_test.h"

namespace loomgate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Nodes : public MeshTest {
 protected:
  std::string config = make_config("m").config.id;
};

class NodesWithoutMqtt : public MeshTest {
 protected:
  NodesWithoutMqtt() : MeshTest(false) {}
  std::string config = make_config("m").config.id;
};

services::NodeWrite named(const std::string& name) {
  services::NodeWrite write;
  write.name = name;
  return write;
}

TEST_F(Nodes, NameAloneMakesANodeWithKeysAndAddress) {
  const auto node = make_node(config, "a").node;
  EXPECT_EQ(node.virtual_ip, "10.66.0.1/32");
  EXPECT_EQ(crypto::derive_public_key(node.private_key), node.public_key);
  EXPECT_EQ(node.node_type, "dynamic");
  EXPECT_TRUE(node.auto_sync);
  EXPECT_TRUE(node.enabled);
  EXPECT_EQ(make_node(config, "b").node.virtual_ip, "10.66.0.2/32");
  EXPECT_EQ(nodes.get(node.id).node.private_key, node.private_key);
}

TEST_F(Nodes, ListIsOldestFirst) {
  make_node(config, "b");
  make_node(config, "a");
  const auto list = nodes.list(config);
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].node.name, "b");
  EXPECT_EQ(list[1].node.name, "a");
}

TEST_F(Nodes, ANewNodeIsRenderedAndStagedAtOnce) {
  const auto node = make_node(config, "a").node;
  const auto status = sync.node_status(config, node.id);
  EXPECT_EQ(status.status, "in_sync");
  EXPECT_EQ(status.runtime_status, "in_sync");
  EXPECT_EQ(status.desired_version, 1);
  EXPECT_EQ(status.staged_version, 1);
  EXPECT_EQ(status.staged_sha256, sync.preview(config, node.id).sha256);
  EXPECT_EQ(sync.applied(config, node.id).content, sync.preview(config, node.id).content);
}

TEST_F(Nodes, GivenKeysAreChecked) {
  auto write = named("a");
  write.private_key = std::string("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=");
  EXPECT_EQ(nodes.create(admin, config, write).node.public_key, "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=");
  write.public_key = std::string("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  EXPECT_EQ(refused([&] { nodes.create(admin, config, write); }), "INVALID_PRIVATE_KEY 400");
  write = named("b");
  write.private_key = std::string("not a key");
  EXPECT_EQ(refused([&] { nodes.create(admin, config, write); }), "INVALID_PRIVATE_KEY 400");
}

TEST_F(Nodes, ErrorsNeverHoldThePrivateKey) {
  auto write = named("a");
  write.private_key = std::string("c2VjcmV0LXNlY3JldC1zZWNyZXQ=");
  try {
    nodes.create(admin, config, write);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.message() + error.detail().dump(), testing::Not(HasSubstr("c2VjcmV0")));
  }
}

TEST_F(Nodes, VirtualIpsAreCheckedAgainstEveryOtherNode) {
  auto write = named("a");
  write.virtual_ip = std::string("10.66.0.9/24");
  nodes.create(admin, config, write);
  write.name = "b";
  write.virtual_ip = std::string("10.66.0.9");  // the same address with another prefix
  EXPECT_EQ(refused([&] { nodes.create(admin, config, write); }), "INVALID_VIRTUAL_IP 400");
  write.virtual_ip = std::string("10.66.0.300");
  EXPECT_EQ(refused([&] { nodes.create(admin, config, write); }), "INVALID_VIRTUAL_IP 400");
  write.virtual_ip = std::string("fd00::1/64");
  nodes.create(admin, config, write);
  write.name = "c";
  write.virtual_ip = std::string("FD00:0:0::1");  // another spelling
  EXPECT_EQ(refused([&] { nodes.create(admin, config, write); }), "INVALID_VIRTUAL_IP 400");
  write.virtual_ip = std::string("172.16.0.1/32");  // outside the subnet is fine
  EXPECT_EQ(nodes.create(admin, config, write).node.virtual_ip, "172.16.0.1/32");
}

TEST_F(Nodes, SuggestionSkipsWhatIsTakenUntilThePoolIsEmpty) {
  services::ConfigWrite small;
  small.name = "small";
  small.virtual_subnet = std::string("10.1.0.0/30");
  const auto id = configs.create(admin, small).config.id;
  EXPECT_EQ(nodes.suggest_ip(id), "10.1.0.1/32");
  make_node(id, "a");
  auto off = named("b");
  off.enabled = false;
  nodes.create(admin, id, off);  // a disabled node holds its address
  EXPECT_EQ(refused([&] { nodes.suggest_ip(id); }), "IP_POOL_EXHAUSTED 400");
  EXPECT_EQ(refused([&] { make_node(id, "c"); }), "IP_POOL_EXHAUSTED 400");
  EXPECT_EQ(refused([&] { nodes.suggest_ip("cfg_000000000000"); }), "CONFIG_NOT_FOUND 404");
}

TEST_F(Nodes, ValidateIpCanLeaveOutTheNodeBeingEdited) {
  const auto node = make_node(config, "edge").node;
  auto check = nodes.validate_ip(config, {*node.virtual_ip, {}});
  EXPECT_FALSE(check.valid);
  EXPECT_THAT(check.warning, HasSubstr("edge"));
  check = nodes.validate_ip(config, {*node.virtual_ip, node.id});
  EXPECT_TRUE(check.valid);
  EXPECT_EQ(check.warning, "");
}

TEST_F(Nodes, UpdateKeepsWhatIsAbsentAndClearsWhatIsNull) {
  auto write = named("a");
  write.ipv4_address = std::string("192.0.2.1");
  write.mtu = 1300;
  write.dns = std::string("9.9.9.9");
  write.tags = std::vector<std::string>{"west", "edge", "west"};
  write.post_up = std::vector<std::string>{"echo up"};
  const auto node = nodes.create(admin, config, write).node;
  EXPECT_THAT(node.tags, ElementsAre("edge", "west"));

  const auto kept = nodes.update(admin, node.id, named("a2")).node.node;
  EXPECT_EQ(kept.ipv4_address, "192.0.2.1");
  EXPECT_EQ(kept.mtu, 1300);
  EXPECT_EQ(kept.private_key, node.private_key);
  EXPECT_THAT(kept.post_up, ElementsAre("echo up"));

  auto clear = named("a2");
  clear.ipv4_address = json::Field<std::string>::null();
  clear.mtu = json::Field<int>::null();
  clear.enabled = json::Field<bool>::null();
  clear.tags = json::Field<std::vector<std::string>>::null();
  clear.private_key = json::Field<std::string>::null();
  const auto cleared = nodes.update(admin, node.id, clear).node.node;
  EXPECT_EQ(cleared.ipv4_address, std::nullopt);
  EXPECT_EQ(cleared.mtu, std::nullopt);
  EXPECT_TRUE(cleared.enabled);
  EXPECT_THAT(cleared.tags, ElementsAre("edge", "west"));
  EXPECT_EQ(cleared.private_key, node.private_key);

  clear.virtual_ip = json::Field<std::string>::null();
  EXPECT_EQ(refused([&] { nodes.update(admin, node.id, clear); }), "INVALID_VIRTUAL_IP 400");
  EXPECT_EQ(scalar("SELECT string_agg(name, ',' ORDER BY name) FROM config_tags"), "edge,west");
}

TEST_F(Nodes, ANewPrivateKeyBringsItsPublicKeyToTheNeighbours) {
  const auto a = make_node(config, "a", "192.0.2.1").node;
  const auto b = make_node(config, "b").node;
  make_link(a, b);
  auto write = named("a");
  write.private_key = std::string("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=");
  const auto mutation = nodes.update(admin, a.id, write);
  EXPECT_EQ(mutation.node.node.public_key, "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=");
  EXPECT_THAT(sync.applied(config, b.id).content, HasSubstr("PublicKey = hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="));
  std::vector<std::string> both{a.id, b.id};
  std::sort(both.begin(), both.end());
  EXPECT_EQ(mutation.affected_node_ids, both);
}

TEST_F(Nodes, LosingThePublicAddressClearsKeepalivesTowardTheNode) {
  const auto a = make_node(config, "a", "192.0.2.1").node;
  const auto b = make_node(config, "b", "192.0.2.2").node;
  make_link(a, b);
  auto write = named("a");
  write.ipv4_address = json::Field<std::string>::null();
  const auto hints = nodes.update(admin, a.id, write).change_hints;
  ASSERT_EQ(hints.size(), 1u);
  EXPECT_EQ(hints[0].code, "NODE_ENDPOINTS_RECALCULATED");
  EXPECT_EQ(hints[0].level, "info");
  EXPECT_EQ(hints[0].count.value(), 1);
  EXPECT_EQ(hints[0].cleared_keepalive_count.value(), 1);
  for (const auto& link : links.list(config)) {
    EXPECT_EQ(link.persistent_keepalive, link.peer_node_id == a.id ? std::nullopt : std::optional(25));
  }
  const auto text = sync.applied(config, b.id).content;
  EXPECT_THAT(text, testing::Not(HasSubstr("Endpoint")));
  EXPECT_THAT(text, testing::Not(HasSubstr("PersistentKeepalive")));
}

TEST_F(Nodes, AnotherVirtualIpWarnsAboutAllowedIps) {
  const auto a = make_node(config, "a", "192.0.2.1").node;
  make_link(a, make_node(config, "b").node);
  auto write = named("a");
  write.virtual_ip = std::string("10.66.0.77/32");
  const auto hints = nodes.update(admin, a.id, write).change_hints;
  ASSERT_EQ(hints.size(), 1u);
  EXPECT_EQ(hints[0].code, "VIRTUAL_IP_CHANGED_REVIEW_ALLOWED_IPS");
  EXPECT_EQ(hints[0].level, "warning");
  EXPECT_EQ(hints[0].count.value(), 1);
  EXPECT_TRUE(hints[0].cleared_keepalive_count.is_absent());
  EXPECT_THAT(nodes.update(admin, a.id, write).change_hints, IsEmpty());
}

TEST_F(Nodes, DisablingANodeTakesItOutOfTheMeshButKeepsItsBinding) {
  const auto a = make_node(config, "a", "192.0.2.1").node;
  const auto b = make_node(config, "b").node;
  make_link(a, b);
  bind(a.id);
  auto off = named("a");
  off.enabled = false;
  nodes.update(admin, a.id, off);

  EXPECT_FALSE(links.list(config).front().enabled);
  EXPECT_THAT(sync.applied(config, b.id).content, testing::Not(HasSubstr("[Peer]")));
  EXPECT_EQ(scalar("SELECT concat_ws(' ', online, connectivity_state, wg_running, wg_runtime_state, config_sync_state, "
                   "peers_online, peers_total, last_connectivity_reason, client_presence_state) FROM node_runtime "
                   "WHERE node_id = '" + a.id + "'"),
            "f unknown f unknown unknown 0 0 node-disabled offline");
  EXPECT_EQ(scalar("SELECT concat_ws(' ', client_initialized, mqtt_username <> '', bind_token_hash = '') "
                   "FROM node_clients WHERE node_id = '" + a.id + "'"),
            "t t t");
  EXPECT_EQ(scalar("SELECT count(*) FROM access WHERE node_id = '" + a.id + "'"), "0");

  auto on = named("a");
  on.enabled = true;
  nodes.update(admin, a.id, on);
  EXPECT_FALSE(links.list(config).front().enabled) << "links stay disabled";
  EXPECT_EQ(scalar("SELECT count(*) FROM access WHERE node_id = '" + a.id + "'"), "1");
}

TEST_F(Nodes, SwitchingTheTypeForgetsTheDevice) {
  const auto a = make_node(config, "a").node;
  bind(a.id);
  scalar("UPDATE node_config_state SET confirmed_sha256 = staged_sha256, confirmed_version = 1");
  auto write = named("a");
  write.node_type = std::string("static");
  nodes.update(admin, a.id, write);
  EXPECT_EQ(scalar("SELECT concat_ws(' ', client_initialized, mqtt_username, mqtt_hash IS NULL, bind_token_hash) "
                   "FROM node_clients"),
            "f  t ");
  EXPECT_EQ(scalar("SELECT concat_ws(' ', online, connectivity_state, last_connectivity_reason) FROM node_runtime"),
            "f offline static-node");
  EXPECT_EQ(state_of(a.id, "confirmed_version, confirmed_sha256"), "0 ");
  write.node_type = std::string("dynamic");
  nodes.update(admin, a.id, write);
  EXPECT_EQ(scalar("SELECT last_connectivity_reason FROM node_runtime"), "dynamic-node-uninitialized");
}

TEST_F(Nodes, DeleteTakesItsLinksAndRendersTheNeighbours) {
  const auto a = make_node(config, "a", "192.0.2.1").node;
  const auto b = make_node(config, "b").node;
  make_link(a, b);
  nodes.remove(admin, a.id);
  EXPECT_THAT(links.list(config), IsEmpty());
  EXPECT_EQ(scalar("SELECT count(*) FROM link_groups"), "0");
  EXPECT_THAT(sync.applied(config, b.id).content, testing::Not(HasSubstr("[Peer]")));
  EXPECT_EQ(refused([&] { nodes.get(a.id); }), "NODE_NOT_FOUND 404");
  EXPECT_EQ(refused([&] { nodes.remove(admin, a.id); }), "NODE_NOT_FOUND 404");
  EXPECT_EQ(refused([&] { nodes.update(admin, a.id, named("x")); }), "NODE_NOT_FOUND 404");
  EXPECT_EQ(refused([&] { make_node("cfg_000000000000", "x"); }), "CONFIG_NOT_FOUND 404");
}

// Writers of one config wait for each other, so the second sees the first.
TEST_F(Nodes, TwoCreatesOfOneAddressInParallelGiveOneNode) {
  std::vector<std::future<std::string>> tries;
  for (int i = 0; i < 6; ++i) {
    tries.push_back(std::async(std::launch::async, [&, i] {
      try {
        auto write = named("n" + std::to_string(i));
        write.virtual_ip = std::string("10.66.0.5/32");
        nodes.create(admin, config, write);
        return std::string("made");
      } catch (...) {
        return code_of(std::current_exception());
      }
    }));
  }
  int made = 0;
  for (auto& attempt : tries) {
    const auto result = attempt.get();
    made += result == "made";
    EXPECT_THAT(result, testing::AnyOf("made", "INVALID_VIRTUAL_IP 400"));
  }
  EXPECT_EQ(made, 1);
}

TEST_F(Nodes, ParallelCreatesGetDifferentSuggestions) {
  std::vector<std::future<void>> tries;
  for (int i = 0; i < 8; ++i) {
    tries.push_back(std::async(std::launch::async, [&, i] { make_node(config, "n" + std::to_string(i)); }));
  }
  for (auto& attempt : tries) attempt.get();
  EXPECT_EQ(scalar("SELECT count(DISTINCT virtual_address) FROM nodes"), "8");
}

// The row that a rule of the database guards, behind the services' back.
TEST_F(Nodes, TheDatabaseRefusesTwoNodesWithOneAddress) {
  const auto a = make_node(config, "a").node;
  const auto b = make_node(config, "b").node;
  EXPECT_EQ(refused([&] { scalar("UPDATE nodes SET virtual_ip = '10.66.0.1' WHERE id = '" + b.id + "'"); }),
            "INVALID_VIRTUAL_IP 400");
}

TEST_F(NodesWithoutMqtt, NodesAreShownAsStaticAndCannotBeDynamic) {
  const auto node = make_node(config, "a").node;
  EXPECT_EQ(node.node_type, "static");
  auto write = named("b");
  write.node_type = std::string("dynamic");
  EXPECT_EQ(refused([&] { nodes.create(admin, config, write); }), "MQTT_DISABLED 409");
  EXPECT_EQ(refused([&] { nodes.update(admin, node.id, write); }), "MQTT_DISABLED 409");
}

TEST_F(NodesWithoutMqtt, SavingWhatWasShownKeepsTheStoredType) {
  const auto node = make_node(config, "a").node;
  scalar("UPDATE nodes SET node_type = 'dynamic'");
  EXPECT_EQ(nodes.get(node.id).node.node_type, "static");
  auto write = named("a");
  write.node_type = std::string("static");
  EXPECT_EQ(nodes.update(admin, node.id, write).node.node.node_type, "static");
  EXPECT_EQ(scalar("SELECT node_type FROM nodes"), "dynamic");
  const auto counts = configs.get(config).counts;
  EXPECT_EQ(counts.dynamic_node_count, 0);
  EXPECT_EQ(counts.offline_node_count, 0);
}

}  // namespace
}  // namespace loomgate::test
