// SPDX-License-Identifier: Apache-2.0
// What guards port forwards below HTTP: the database's own rules, and codes that only other callers can reach.
#include "daemon/base/ids.h"
#include "daemon/services/port_forwards.h"
#include "tests/integration/services_mesh/mesh_test.h"

namespace loomgate::test {
namespace {

class Forwards : public MeshTest {
 protected:
  void SetUp() override {
    config = make_config("m").config.id;
    from = make_node(config, "from").node.id;
    to = make_node(config, "to").node.id;
  }
  services::PortForwardWrite write(const std::string& protocol = "tcp") const { return {from, 80, to, 8080, "linux", protocol}; }
  // Without the look that the use case takes first, as a request would that looked a moment earlier.
  std::string insert_blindly(const std::string& protocol) {
    try {
      pool.transact([&](pg::Transaction& transaction) {
        domain::PortForward rule{new_id("pf"), config, from, 80, to, 8080, "linux", protocol};
        store::insert_forward(transaction, rule);
      });
    } catch (...) {
      return code_of(std::current_exception());
    }
    return "";
  }

  std::string config, from, to;
  services::PortForwardService forwards{deps};
};

TEST_F(Forwards, TheDatabaseKeepsAPortToOneRulePerProtocol) {
  EXPECT_EQ(insert_blindly("tcp"), "");
  EXPECT_EQ(insert_blindly("tcp"), "PORT_FORWARD_TO_PORT_IN_USE 409");
  EXPECT_EQ(insert_blindly("all"), "PORT_FORWARD_TO_PORT_IN_USE 409");
  EXPECT_EQ(insert_blindly("udp"), "");
  scalar("DELETE FROM port_forward_rules");
  EXPECT_EQ(insert_blindly("all"), "");
  EXPECT_EQ(insert_blindly("udp"), "PORT_FORWARD_TO_PORT_IN_USE 409");
}

TEST_F(Forwards, OtherCallersGetCodesForWhatHttpRefusesByItself) {
  auto wrong = write();
  wrong.to_port = 0;
  EXPECT_EQ(refused([&] { forwards.create(admin, config, wrong); }), "PORT_FORWARD_PORT_INVALID 400");
  wrong = write();
  wrong.to_platform = "windows";
  EXPECT_EQ(refused([&] { forwards.create(admin, config, wrong); }), "PORT_FORWARD_TO_PLATFORM_INVALID 400");
  EXPECT_EQ(refused([&] { forwards.create(admin, config, write("icmp")); }), "PORT_FORWARD_PROTOCOL_INVALID 400");
  EXPECT_EQ(forwards.create(admin, config, write("ALL")).rule.protocol, "all");
  EXPECT_EQ(refused([&] { forwards.create(admin, config, write("udp")); }), "PORT_FORWARD_TO_PORT_IN_USE 409");
}

TEST_F(Forwards, AWriteRendersTheToNodeOnlyAndIsAudited) {
  const auto other = state_of(from, "desired_version, staged_version");
  const auto row = forwards.create(admin, config, write());
  EXPECT_EQ(state_of(to, "desired_version, staged_version"), "2 2");
  EXPECT_EQ(state_of(from, "desired_version, staged_version"), other);
  forwards.set_enabled(admin, row.rule.id, true);
  EXPECT_EQ(state_of(to, "desired_version, staged_version"), "2 2") << "nothing changed";
  forwards.set_enabled(admin, row.rule.id, false);
  EXPECT_EQ(state_of(to, "desired_version, staged_version"), "3 3");
  forwards.remove(admin, row.rule.id);
  EXPECT_EQ(state_of(to, "desired_version, staged_version"), "3 3") << "a disabled rule was in no text";
  EXPECT_EQ(scalar("SELECT string_agg(action, ' ' ORDER BY id) FROM audit_log WHERE action LIKE 'port_forward.%'"),
            "port_forward.create port_forward.enable port_forward.disable port_forward.delete");
}

}  // namespace
}  // namespace loomgate::test
