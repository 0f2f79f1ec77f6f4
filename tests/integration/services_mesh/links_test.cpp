// SPDX-License-Identifier: Apache-2.0
// Link groups, drafts and the mesh's validity: spec domain 4, http-api 6.5.
#include <random>

#include "daemon/projections/topology_view.h"
#include "daemon/store/configs.h"
#include "daemon/store/topology.h"
#include "tests/integration/services_mesh/mesh_test.h"

namespace loomgate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Links : public MeshTest {
 protected:
  std::string config = make_config("m").config.id;
  domain::Node a = make_node(config, "a", "192.0.2.1").node;
  domain::Node b = make_node(config, "b").node;

  std::string created(const services::LinkGroupWrite& write) {
    return refused([&] { links.create(admin, config, write); });
  }
  std::string updated(const std::string& group, const services::LinkGroupWrite& write) {
    return refused([&] { links.update(admin, group, write); });
  }
};

TEST_F(Links, CreateAnswersBothDirections) {
  auto write = link_between(a, b);
  write.forward.allowed_ips = " 10.66.0.2/32 , 10.66.0.2/32,192.168.0.0/16 ";
  write.preshared_key = std::string("cHNrLXBzay1wc2stcHNrLXBzay1wc2stcHNrLXBzay0=");
  write.notes = "to the office";
  const auto made = links.create(admin, config, write);
  ASSERT_EQ(made.size(), 2u);
  EXPECT_EQ(made[0].direction, "forward");
  EXPECT_EQ(made[0].local_node_id, a.id);
  EXPECT_EQ(made[1].local_node_id, b.id);
  EXPECT_EQ(made[0].link_group_id, made[1].link_group_id);
  EXPECT_EQ(made[0].allowed_ips, "10.66.0.2/32,192.168.0.0/16");
  EXPECT_EQ(made[0].persistent_keepalive, std::nullopt) << "b has no public address";
  EXPECT_EQ(made[1].persistent_keepalive, 25);
  EXPECT_EQ(made[0].endpoint_ref_family, "ipv4");
  for (const auto& link : made) {
    EXPECT_EQ(link.preshared_key, write.preshared_key.value());
    EXPECT_EQ(link.notes, "to the office");
  }
  const auto listed = links.list(config);
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].preshared_key, write.preshared_key.value());
  EXPECT_THAT(sync.applied(config, b.id).content, HasSubstr("Endpoint = 192.0.2.1:51820\nPersistentKeepalive = 25\n"));
  EXPECT_THAT(sync.applied(config, a.id).content, HasSubstr("# Peer: b\n[Peer]\nPublicKey = " + b.public_key));
}

TEST_F(Links, ChecksComeInTheOrderOfTheContract) {
  const auto other = make_node(make_config("other").config.id, "x").node;
  auto write = link_between(a, b);
  write.forward.allowed_ips = "rubbish";
  write.forward.endpoint_mode = "magic";
  write.reverse.peer_node_id = b.id;  // no mirror image

  auto unknown = write;
  unknown.forward.peer_node_id = "node_000000000000";
  EXPECT_EQ(refused([&] { links.create(admin, "cfg_000000000000", unknown); }), "CONFIG_NOT_FOUND 404");
  EXPECT_EQ(created(unknown), "NODE_NOT_FOUND 404");
  auto foreign = write;
  foreign.forward.peer_node_id = other.id;
  EXPECT_EQ(created(foreign), "NODE_CONFIG_MISMATCH 400");

  auto off = rename("b");
  off.enabled = false;
  nodes.update(admin, b.id, off);
  EXPECT_EQ(created(write), "NODE_DISABLED 400");
  off.enabled = true;
  nodes.update(admin, b.id, off);

  EXPECT_EQ(created(write), "INVALID_PEER_LINK 400");
  write.reverse.peer_node_id = a.id;
  EXPECT_EQ(created(write), "INVALID_ENDPOINT 400");
  write.forward.endpoint_mode = "manual";  // without host and port
  EXPECT_EQ(created(write), "INVALID_ENDPOINT 400");
  write.forward.endpoint_mode = "auto";
  EXPECT_EQ(created(write), "INVALID_ALLOWED_IPS 400");
  write.forward.allowed_ips = " , ";
  EXPECT_EQ(created(write), "INVALID_ALLOWED_IPS 400");
  auto self = link_between(a, a);
  EXPECT_EQ(created(self), "INVALID_PEER_LINK 400");
}

TEST_F(Links, ManualEndpointsStoreTheManualPortMode) {
  auto write = link_between(a, b);
  write.forward.endpoint_mode = "manual";
  write.forward.endpoint_manual_host = "vpn.example.org";
  write.forward.endpoint_manual_port = 7000;
  const auto made = links.create(admin, config, write);
  EXPECT_EQ(made[0].endpoint_port_mode, "manual");
  EXPECT_EQ(made[0].endpoint_ref_family, std::nullopt);
  EXPECT_THAT(sync.applied(config, a.id).content, HasSubstr("Endpoint = vpn.example.org:7000"));
}

TEST_F(Links, EitherEndMayBeTheCallersForward) {
  const auto group = make_link(a, b);
  const auto before = links.list(config);
  auto write = link_between(b, a);  // seen from b
  write.forward.allowed_ips = "10.1.0.0/16";
  write.reverse.allowed_ips = "10.2.0.0/16";
  const auto after = links.update(admin, group, write);
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(after[0].id, before[0].id);
  EXPECT_EQ(after[0].direction, "forward");
  EXPECT_EQ(after[0].local_node_id, a.id);
  EXPECT_EQ(after[0].allowed_ips, "10.2.0.0/16");
  EXPECT_EQ(after[1].id, before[1].id);
  EXPECT_EQ(after[1].allowed_ips, "10.1.0.0/16");
}

TEST_F(Links, UpdatesThatDoNotFitTheStoredPairChangeNothing) {
  const auto group = make_link(a, b);
  const auto c = make_node(config, "c").node;
  auto twice = link_between(a, b);
  twice.reverse = twice.forward;
  EXPECT_EQ(updated(group, twice), "INVALID_PEER_LINK 400");
  EXPECT_EQ(updated(group, link_between(a, c)), "INVALID_PEER_LINK 400");
  auto write = link_between(a, b);
  write.reverse.endpoint_mode = "magic";
  EXPECT_EQ(updated(group, write), "INVALID_ENDPOINT 400");
  write.reverse.endpoint_mode = "none";
  write.reverse.allowed_ips = "300.0.0.0/8";
  EXPECT_EQ(updated(group, write), "INVALID_ALLOWED_IPS 400");
  EXPECT_EQ(updated("group_000000000000", write), "PEER_LINK_NOT_FOUND 404");
  EXPECT_EQ(refused([&] { links.remove(admin, "nonsense"); }), "PEER_LINK_NOT_FOUND 404");
}

TEST_F(Links, PresharedKeyAbsentKeepsAndNullRemoves) {
  auto write = link_between(a, b);
  write.reverse.preshared_key = "ZGlyZWN0aW9uLWtleS1kaXJlY3Rpb24ta2V5LWRpcmU=";  // the direction's, as the group has none
  const auto group = links.create(admin, config, write).front().link_group_id;
  EXPECT_EQ(links.list(config)[0].preshared_key, write.reverse.preshared_key);
  const auto kept = links.update(admin, group, link_between(a, b));
  EXPECT_EQ(kept[0].preshared_key, write.reverse.preshared_key);
  EXPECT_THAT(sync.applied(config, a.id).content, HasSubstr("PresharedKey = " + *write.reverse.preshared_key));
  auto removal = link_between(a, b);
  removal.preshared_key = json::Field<std::string>::null();
  EXPECT_EQ(links.update(admin, group, removal)[1].preshared_key, std::nullopt);
  EXPECT_THAT(sync.applied(config, a.id).content, testing::Not(HasSubstr("PresharedKey")));
}

TEST_F(Links, DisablingALinkTakesThePeersOutOfBothTexts) {
  const auto group = make_link(a, b);
  auto off = link_between(a, b);
  off.enabled = false;
  links.update(admin, group, off);
  for (const auto& link : links.list(config)) EXPECT_FALSE(link.enabled);
  EXPECT_THAT(sync.applied(config, a.id).content, testing::Not(HasSubstr("[Peer]")));
  EXPECT_THAT(sync.applied(config, b.id).content, testing::Not(HasSubstr("[Peer]")));
  EXPECT_EQ(scalar("SELECT sum(peers_total) FROM node_runtime"), "0");
  off.enabled = true;
  links.update(admin, group, off);
  EXPECT_EQ(scalar("SELECT sum(peers_total) FROM node_runtime"), "2");
  links.remove(admin, group);
  EXPECT_THAT(links.list(config), IsEmpty());
  EXPECT_EQ(scalar("SELECT sum(peers_total) FROM node_runtime"), "0");
}

TEST_F(Links, DraftProposesBothDirections) {
  const auto draft = links.draft(config, a.id, {b.id, "ipv4"});
  EXPECT_EQ(draft.forward.local_node_id, a.id);
  EXPECT_EQ(draft.forward.allowed_ips, *b.virtual_ip);
  EXPECT_EQ(draft.forward.persistent_keepalive, std::nullopt);
  EXPECT_EQ(draft.forward.keepalive_display, "/");
  EXPECT_EQ(draft.forward.endpoint_summary, "b has no public IPV4 entry; auto mode leaves it empty");
  EXPECT_EQ(draft.reverse.persistent_keepalive, 25);
  EXPECT_EQ(draft.reverse.endpoint_summary, "Auto uses 192.0.2.1:51820");
  EXPECT_THAT(draft.warnings, ElementsAre("b has no public IPV4 entry. Forward auto Endpoint will be empty."));
  EXPECT_EQ(draft.local_node.node.private_key, a.private_key);
  EXPECT_EQ(refused([&] { links.draft(config, a.id, {a.id, "ipv4"}); }), "INVALID_PEER_LINK 400");
  EXPECT_EQ(refused([&] { links.draft(config, a.id, {"node_000000000000", "ipv4"}); }), "NODE_NOT_FOUND 404");
}

TEST_F(Links, ValidateSpeaksInTheTextsOfTheContract) {
  EXPECT_THAT(links.validate(config).messages, ElementsAre("Current config has no peer links."));
  EXPECT_TRUE(links.validate(config).valid);
  const auto group = make_link(a, b);
  EXPECT_THAT(links.validate(config).messages, ElementsAre("Topology check passed."));
  make_link(b, a);
  EXPECT_THAT(links.validate(config).errors,
              ElementsAre("Duplicate enabled peer links found between a and b. Only one enabled link group is allowed "
                          "for the same node pair."));
  links.remove(admin, group);
  auto write = rename("a");
  write.ipv4_address = json::Field<std::string>::null();
  nodes.update(admin, a.id, write);
  EXPECT_EQ(links.validate(config).errors.size(), 1u);
  EXPECT_THAT(links.validate(config).errors.front(), HasSubstr("is broken because both sides have no public endpoint."));
}

// The database counts errors for every refresh; the sentences come from the domain. They must agree.
TEST_F(Links, TheDatabaseCountsTheErrorsThatTheDomainNames) {
  std::mt19937 random(7);
  const auto pick = [&](int most) { return std::uniform_int_distribution<int>(0, most - 1)(random); };
  std::vector<domain::Node> all{a, b};
  for (int i = 0; i < 6; ++i) all.push_back(make_node(config, "n" + std::to_string(i), pick(4) ? "192.0.2.9" : "").node);
  int invalid = 0;
  for (int round = 0; round < 80; ++round) {
    const auto& one = all[static_cast<std::size_t>(pick(8))];
    const auto& two = all[static_cast<std::size_t>(pick(8))];
    if (one.id != two.id) {
      auto write = link_between(one, two);
      write.forward.endpoint_mode = pick(3) == 0 ? "none" : "auto";
      write.forward.endpoint_ref_family = pick(4) == 0 ? "ipv6" : "ipv4";
      write.reverse.endpoint_port_mode = pick(4) == 0 ? "manual" : "ref_peer_listen_port";
      write.enabled = pick(4) != 0;
      try {
        links.create(admin, config, write);
      } catch (const Error&) {  // one end is disabled at the moment
      }
    }
    scalar("UPDATE nodes SET enabled = " + std::string(pick(9) == 0 ? "false" : "true") + " WHERE id = '" + one.id + "'");
    while (links.list(config).size() > 6) links.remove(admin, links.list(config)[2].link_group_id);
    auto connection = pool.acquire();
    const auto report = projections::topology_report(*connection, *store::find_config(*connection, config));
    EXPECT_EQ(store::topology_error_counts(*connection, {config})[config], static_cast<int>(report.errors.size()));
    EXPECT_EQ(pool.transact([&](pg::Transaction& t) { return store::topology_is_valid(t, config); }), report.valid());
    EXPECT_EQ(store::topology_error_counts(*connection, {config})[config], static_cast<int>(report.errors.size())) << "kept";
    invalid += !report.valid();
  }
  EXPECT_GT(invalid, 5);
  EXPECT_LT(invalid, 75);
}

TEST_F(Links, TheCountIsKeptUntilSomethingThatCountsChanges) {
  const auto kept = [&] { return scalar("SELECT concat(xmin, ' ', error_count) FROM config_topology WHERE config_id = '" + config + "'"); };
  const auto group = make_link(a, b);
  const auto first = kept();
  ASSERT_NE(first, "");
  nodes.update(admin, a.id, rename("another name"));
  EXPECT_EQ(kept(), first) << "a rename counted again";
  scalar("UPDATE nodes SET name = 'by hand' WHERE id = '" + a.id + "'");
  EXPECT_EQ(kept(), first);
  for (const std::string& change : std::vector<std::string>{"nodes SET ipv4_address = '192.0.2.77' WHERE id = '" + a.id + "'",
                                   "nodes SET enabled = false WHERE id = '" + b.id + "'",
                                   "link_groups SET enabled = NOT enabled WHERE id = '" + group + "'",
                                   "peer_links SET endpoint_mode = 'none', endpoint_ref_family = NULL WHERE link_group_id = '" + group + "'"}) {
    pool.transact([&](pg::Transaction& t) { return store::topology_is_valid(t, config); });
    EXPECT_NE(kept(), "");
    scalar("UPDATE " + change);
    EXPECT_EQ(kept(), "") << change;
  }
}

}  // namespace
}  // namespace loomgate::test
