// SPDX-License-Identifier: Apache-2.0
// What a device is told when its config changes the tunnel protocol (spec mqtt 5.1, 5.3, 5.9).
#include "tests/e2e/product_fixture.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class ProtocolSwitch : public ProductTest {
 protected:
  void switch_to(const std::string& members) {
    const auto answer = api_->put("/api/v1/configs/" + config_, R"({"name":"lab",)" + members + "}");
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  // The newest message of that topic.
  static std::string newest(const SimulatedAgent& agent, const std::string& suffix) {
    std::string body;
    for (const auto& message : agent.received()) {
      if (message.suffix == suffix) body = message.body;
    }
    return body;
  }
  static std::string named(const std::string& protocol, const std::string& version, const std::string& previous) {
    return R"("tunnel_protocol":")" + protocol + R"(","awg_version":)" + version + R"(,"previous_tunnel_protocol":")" +
           previous + "\"";
  }
};

TEST_F(ProtocolSwitch, ADeviceIsToldBothProtocolsUnderTheNamesThatItKnows) {
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(gets_confirmed(*api_, leaf_)) << first_.log();
  EXPECT_THAT(newest(agent, "config/push"), HasSubstr(named("wireguard", "null", "wireguard")));

  switch_to(R"("tunnel_protocol":"amneziawg","awg_version":"3.1")");
  ASSERT_TRUE(gets_confirmed(*api_, leaf_)) << first_.log();
  EXPECT_THAT(newest(agent, "config/push"), HasSubstr(named("amneziawg_2", R"("3.1")", "wireguard")));
  EXPECT_THAT(pushed_text(agent), AllOf(HasSubstr("\nJc = "), HasSubstr("\nHeaderProtectionKey = ")));
  EXPECT_EQ(pushed_text(agent), preview(leaf_).text("data.content"));

  ASSERT_EQ(api_->post(path(leaf_, "endpoint/control"), R"({"action":"start"})").status, 200);
  ASSERT_TRUE(eventually(kPatience, [&] { return !newest(agent, "control").empty(); })) << first_.log();
  EXPECT_THAT(newest(agent, "control"), HasSubstr(R"("tunnel_protocol":"amneziawg_2","awg_version":"3.1")"));

  switch_to(R"("tunnel_protocol":"wireguard")");
  ASSERT_TRUE(gets_confirmed(*api_, leaf_)) << first_.log();
  EXPECT_THAT(newest(agent, "config/push"), HasSubstr(named("wireguard", "null", "amneziawg_2")));
}

}  // namespace
}  // namespace loomgate::harness
