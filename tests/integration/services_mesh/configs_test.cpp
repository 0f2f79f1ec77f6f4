// SPDX-License-Identifier: Apache-2.0
// Configs: spec domain 2.1 to 2.4, http-api 6.2.
#include <future>

#include "tests/integration/services_mesh/mesh_test.h"

namespace loomgate::test {
namespace {

using Configs = MeshTest;
using testing::ElementsAre;

services::ConfigWrite named(const std::string& name) {
  services::ConfigWrite write;
  write.name = name;
  return write;
}

TEST_F(Configs, NameAloneMakesAConfigWithTheDefaults) {
  const auto view = configs.create(admin, named("home"));
  EXPECT_EQ(view.config.virtual_subnet, "10.66.0.0/24");
  EXPECT_EQ(view.config.default_listen_port, 51820);
  EXPECT_EQ(view.config.tunnel_protocol, "wireguard");
  EXPECT_TRUE(view.config.enabled);
  EXPECT_TRUE(view.config.auto_sync);
  EXPECT_EQ(view.config.default_mtu, std::nullopt);
  EXPECT_TRUE(view.config.id.starts_with("cfg_"));
  EXPECT_EQ(view.counts.node_count, 0);
}

TEST_F(Configs, ListIsNewestFirstWithCounts) {
  make_config("first");
  const auto second = make_config("second");
  make_node(second.config.id, "a");
  const auto list = configs.list();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].config.name, "second");
  EXPECT_EQ(list[0].counts.node_count, 1);
  EXPECT_EQ(list[0].counts.dynamic_node_count, 1);
  EXPECT_EQ(list[0].counts.offline_node_count, 1);
  EXPECT_EQ(list[1].counts.node_count, 0);
}

TEST_F(Configs, SubnetIsStoredAsANetwork) {
  auto write = named("nets");
  write.virtual_subnet = std::string("10.9.8.7/24");
  EXPECT_EQ(configs.create(admin, write).config.virtual_subnet, "10.9.8.0/24");
  write.name = "six";
  write.virtual_subnet = std::string("FD00:0::5/64");
  EXPECT_EQ(configs.create(admin, write).config.virtual_subnet, "fd00::/64");
  write.name = "bare";
  write.virtual_subnet = std::string("10.1.2.3");
  EXPECT_EQ(configs.create(admin, write).config.virtual_subnet, "10.1.2.3/32");
}

TEST_F(Configs, BadNamesAndProtocolsAreRefused) {
  for (const char* name : {"with space", "a/b", "CON", "nul.txt", "com1", "ümlaut"}) {
    EXPECT_EQ(refused([&] { configs.create(admin, named(name)); }), "INVALID_CONFIG_NAME 400") << name;
  }
  for (const char* protocol : {"openvpn", "AmneziaWG", "amneziawg_3"}) {
    auto write = named("ok");
    write.tunnel_protocol = std::string(protocol);
    EXPECT_EQ(refused([&] { configs.create(admin, write); }), "INVALID_TUNNEL_PROTOCOL 400") << protocol;
  }
  auto write = named("ok");
  write.awg_version = std::string("2.0");
  EXPECT_EQ(refused([&] { configs.create(admin, write); }), "INVALID_AWG_VERSION 400");
}

// The name rule is looked at before the protocol, and that before the name's uniqueness.
TEST_F(Configs, ChecksComeInTheOrderOfTheContract) {
  make_config("taken");
  auto write = named("a b");
  write.tunnel_protocol = std::string("openvpn");
  EXPECT_EQ(refused([&] { configs.create(admin, write); }), "INVALID_CONFIG_NAME 400");
  write.name = "taken";
  EXPECT_EQ(refused([&] { configs.create(admin, write); }), "INVALID_TUNNEL_PROTOCOL 400");
}

TEST_F(Configs, UpdateKeepsWhatIsAbsentAndClearsWhatIsNull) {
  auto write = named("office");
  write.default_mtu = 1400;
  write.default_dns = std::string("1.1.1.1");
  write.description = std::string("the office");
  const auto id = configs.create(admin, write).config.id;
  auto mutation = configs.update(admin, id, named("office"));
  EXPECT_EQ(mutation.config.config.default_mtu, 1400);
  EXPECT_EQ(mutation.config.config.description, "the office");
  auto clear = named("office2");
  clear.default_mtu = json::Field<int>::null();
  clear.default_dns = json::Field<std::string>::null();
  mutation = configs.update(admin, id, clear);
  EXPECT_EQ(mutation.config.config.default_mtu, std::nullopt);
  EXPECT_EQ(mutation.config.config.default_dns, std::nullopt);
  EXPECT_EQ(configs.get(id).config.name, "office2");
}

TEST_F(Configs, UpdateNamesEveryNodeAsAffectedSorted) {
  const auto id = make_config("m").config.id;
  std::vector<std::string> ids{make_node(id, "a").node.id, make_node(id, "b").node.id, make_node(id, "c").node.id};
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(configs.update(admin, id, named("m")).affected_node_ids, ids);
}

TEST_F(Configs, AnotherDefaultPortReachesTexts) {
  const auto id = make_config("m").config.id;
  const auto a = make_node(id, "a", "192.0.2.1").node;
  const auto b = make_node(id, "b", "192.0.2.2").node;
  make_link(a, b);
  auto write = named("m");
  write.default_listen_port = 4000;
  const auto mutation = configs.update(admin, id, write);
  ASSERT_EQ(mutation.change_hints.size(), 1u);
  EXPECT_EQ(mutation.change_hints[0].code, "CONFIG_ENDPOINTS_RECALCULATED");
  EXPECT_EQ(mutation.change_hints[0].count.value(), 2);
  const auto applied = sync.applied(id, a.id);
  EXPECT_THAT(applied.content, testing::HasSubstr("ListenPort = 4000"));
  EXPECT_THAT(applied.content, testing::HasSubstr("Endpoint = 192.0.2.2:4000"));
  EXPECT_EQ(applied.desired_version, 3);  // made, linked, moved
}

TEST_F(Configs, RenamingAConfigLeavesEveryTextAlone) {
  const auto id = make_config("m").config.id;
  const auto a = make_node(id, "a").node;
  const auto before = rows_of("node_config_state") + rows_of("node_texts") + rows_of("node_runtime");
  configs.update(admin, id, named("renamed"));
  EXPECT_EQ(rows_of("node_config_state") + rows_of("node_texts") + rows_of("node_runtime"), before);
}

TEST_F(Configs, UnknownConfigsAre404WithTheirId) {
  EXPECT_EQ(refused([&] { configs.get("cfg_000000000000"); }), "CONFIG_NOT_FOUND 404");
  EXPECT_EQ(refused([&] { configs.update(admin, "nonsense", named("x")); }), "CONFIG_NOT_FOUND 404");
  EXPECT_EQ(refused([&] { configs.remove(admin, ""); }), "CONFIG_NOT_FOUND 404");
  try {
    configs.get("cfg_000000000000");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.detail().dump(), R"({"config_id":"cfg_000000000000"})");
  }
}

TEST_F(Configs, DeleteTakesEverythingWithIt) {
  const auto id = make_config("m").config.id;
  const auto a = make_node(id, "a").node;
  make_link(a, make_node(id, "b", "192.0.2.2").node);
  configs.remove(admin, id);
  for (const char* table : {"configs", "nodes", "link_groups", "peer_links", "node_texts", "node_config_state",
                            "node_clients", "node_runtime"}) {
    EXPECT_EQ(scalar("SELECT count(*) FROM " + std::string(table)), "0") << table;
  }
}

TEST_F(Configs, EveryWriteIsAuditedAndAnnounced) {
  const auto id = make_config("m").config.id;
  configs.update(admin, id, named("n"));
  configs.remove(admin, id);
  EXPECT_EQ(scalar("SELECT string_agg(action || ' ' || actor || ' ' || request_id, ',' ORDER BY id) FROM audit_log"),
            "config.create admin request-1,config.update admin request-1,config.delete admin request-1");
  EXPECT_EQ(scalar("SELECT count(*) FROM changes WHERE type = 'config.list'"), "3");
}

TEST_F(Configs, DisabledConfigHidesOnlineAndTopology) {
  const auto id = make_config("m").config.id;
  const auto a = make_node(id, "a").node;
  make_link(a, make_node(id, "b").node);  // neither has a public address: broken
  scalar("UPDATE node_runtime SET online = true");
  auto view = configs.get(id);
  EXPECT_EQ(view.counts.online_node_count, 2);
  EXPECT_TRUE(view.counts.topology_invalid);
  EXPECT_EQ(view.counts.topology_error_count, 1);
  auto off = named("m");
  off.enabled = false;
  view = configs.update(admin, id, off).config;
  EXPECT_EQ(view.counts.online_node_count, 0);
  EXPECT_EQ(view.counts.offline_node_count, 2);
  EXPECT_FALSE(view.counts.topology_invalid);
  EXPECT_EQ(view.counts.topology_error_count, 0);
}

// The loser of the race waits at the unique index and gets the documented code from the boundary's table.
TEST_F(Configs, TwoCreatesOfOneNameInParallelGiveOneConfigAndOneConflict) {
  std::vector<std::future<std::string>> tries;
  for (int i = 0; i < 6; ++i) {
    tries.push_back(std::async(std::launch::async, [&] {
      try {
        configs.create(admin, named("wanted"));
        return std::string("made");
      } catch (...) {
        return code_of(std::current_exception());
      }
    }));
  }
  std::vector<std::string> results;
  for (auto& attempt : tries) results.push_back(attempt.get());
  std::sort(results.begin(), results.end());
  EXPECT_THAT(results, ElementsAre("CONFIG_NAME_EXISTS 409", "CONFIG_NAME_EXISTS 409", "CONFIG_NAME_EXISTS 409",
                                   "CONFIG_NAME_EXISTS 409", "CONFIG_NAME_EXISTS 409", "made"));
  EXPECT_EQ(scalar("SELECT count(*) FROM configs"), "1");
}

TEST_F(Configs, RenamingToATakenNameIsAConflict) {
  make_config("taken");
  const auto id = make_config("mine").config.id;
  EXPECT_EQ(refused([&] { configs.update(admin, id, named("taken")); }), "CONFIG_NAME_EXISTS 409");
  EXPECT_EQ(configs.get(id).config.name, "mine");
}

}  // namespace
}  // namespace loomgate::test
