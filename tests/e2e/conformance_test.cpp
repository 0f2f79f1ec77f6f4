// SPDX-License-Identifier: Apache-2.0
// Checks of the conformance list (spec mqtt 22) that need the whole product.

#include "tests/e2e/product_fixture.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;

constexpr int kRefused = 135;

TEST_F(ProductTest, conformance_19_a_disabled_node_is_out_within_a_second_and_returns_by_itself) {
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(gets_confirmed(*api_, leaf_)) << first_.log();
  const auto stored = sql("SELECT mqtt_hash FROM loomgate.node_clients WHERE node_id = '" + leaf_ + "'");
  const auto set_enabled = [&](const char* enabled) {
    EXPECT_EQ(api_->put("/api/v1/nodes/" + leaf_, fmt::format(R"({{"name":"laptop","enabled":{}}})", enabled)).status, 200);
  };
  auto quickest_return = std::chrono::milliseconds::max();
  const auto out = fastest(1s, [&] {
    const int connects = agent.connects();
    set_enabled("false");
    const auto took = time_until([&] { return !agent.ready(); });
    EXPECT_TRUE(eventually(kPatience, [&] { return agent.last_reason() == kRefused; })) << agent.last_reason();
    EXPECT_EQ(agent.connects(), connects);

    set_enabled("true");
    quickest_return = std::min(quickest_return, time_until([&] { return agent.ready() && agent.connects() == connects + 1; }));
    return took;
  });
  EXPECT_LE(out, 1s) << "its session is ended";
  EXPECT_LE(quickest_return, 10s) << agent.last_reason();
  EXPECT_EQ(sql("SELECT mqtt_hash FROM loomgate.node_clients WHERE node_id = '" + leaf_ + "'"), stored)
      << "with the credentials it had";
}

TEST_F(ProductTest, conformance_22_what_was_edited_while_a_device_was_away_is_pushed_within_ten_seconds) {
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(gets_confirmed(*api_, leaf_)) << first_.log();
  int mtu = 1380;
  const auto edit = [&] {
    EXPECT_EQ(api_->put("/api/v1/nodes/" + leaf_, fmt::format(R"({{"name":"laptop","mtu":{}}})", ++mtu)).status, 200);
  };
  const auto took = fastest(10s, [&] {
    const auto before = pushes(agent).size();
    agent.cut();
    EXPECT_TRUE(eventually(kPatience, [&] {
      return api_->get(path(leaf_, "endpoint/status")).text("data.client_state.client_presence_state") == "offline";
    }));
    edit();
    edit();
    EXPECT_FALSE(confirmed(sync_status(*api_, leaf_)));
    agent.connect();
    const auto waited = time_until([&] { return confirmed(sync_status(*api_, leaf_)); });
    EXPECT_EQ(pushes(agent).size(), before + 1) << "the newest text, once";
    EXPECT_THAT(pushed_text(agent), testing::HasSubstr(fmt::format("MTU = {}", mtu)));
    return waited;
  });
  EXPECT_LE(took, 10s) << first_.log();
}

}  // namespace
}  // namespace loomgate::harness
