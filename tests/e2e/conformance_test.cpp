// SPDX-License-Identifier: Apache-2.0
// Checks of the conformance list (spec mqtt 22) that need the whole product.

#include "tests/e2e/product_fixture.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;

constexpr int kRefused = 135;

TEST_F(ProductTest, conformance_19_a_disabled_node_is_out_within_a_second_and_returns_by_itself) {
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(gets_confirmed(*api_, leaf_, 15s)) << first_.log();
  const auto stored = sql("SELECT mqtt_hash FROM loomgate.node_clients WHERE node_id = '" + leaf_ + "'");
  ASSERT_EQ(api_->put("/api/v1/nodes/" + leaf_, R"({"name":"laptop","enabled":false})").status, 200);
  EXPECT_TRUE(eventually(1s, [&] { return !agent.ready(); })) << "its session is ended";
  EXPECT_TRUE(eventually(5s, [&] { return agent.last_reason() == kRefused; })) << agent.last_reason();
  EXPECT_EQ(agent.connects(), 1);

  ASSERT_EQ(api_->put("/api/v1/nodes/" + leaf_, R"({"name":"laptop","enabled":true})").status, 200);
  EXPECT_TRUE(eventually(10s, [&] { return agent.ready() && agent.connects() == 2; })) << agent.last_reason();
  EXPECT_EQ(sql("SELECT mqtt_hash FROM loomgate.node_clients WHERE node_id = '" + leaf_ + "'"), stored)
      << "with the credentials it had";
}

TEST_F(ProductTest, conformance_22_what_was_edited_while_a_device_was_away_is_pushed_within_ten_seconds) {
  auto& agent = connect_agent(leaf_);
  ASSERT_TRUE(gets_confirmed(*api_, leaf_, 15s)) << first_.log();
  const int before = pushes(agent);
  agent.cut();
  ASSERT_TRUE(eventually(5s, [&] {
    return api_->get(path(leaf_, "endpoint/status")).text("data.client_state.client_presence_state") == "offline";
  }));
  ASSERT_EQ(api_->put("/api/v1/nodes/" + leaf_, R"({"name":"laptop","mtu":1380})").status, 200);
  ASSERT_EQ(api_->put("/api/v1/nodes/" + leaf_, R"({"name":"laptop","mtu":1400})").status, 200);
  EXPECT_FALSE(confirmed(sync_status(*api_, leaf_)));
  agent.connect();
  EXPECT_TRUE(gets_confirmed(*api_, leaf_, 10s)) << first_.log();
  EXPECT_EQ(pushes(agent), before + 1) << "the newest text, once";
  EXPECT_THAT(pushed_text(agent), testing::HasSubstr("MTU = 1400"));
}

}  // namespace
}  // namespace loomgate::harness
