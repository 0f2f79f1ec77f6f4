// SPDX-License-Identifier: Apache-2.0
// Switches that lie dormant in nodes while their config has another version.
#include "tests/integration/api_mesh/awg_test.h"

namespace loomgate::test {
namespace {

using AwgDormantSwitch = AwgTest;

TEST_F(AwgDormantSwitch, ComesBackAlignedWithItsConfig) {
  const auto id = awg_config("home", "3.1");
  const auto node_id = new_node(id, "a", R"(,"awg_options":{"random_trailers":false})");
  put_config(id, R"({"name":"home","awg_version":"2.0"})");
  put_config(id, R"({"name":"home","awg_version":"3.1","awg_options":{"random_trailers":true}})");
  EXPECT_EQ(node(node_id).at({"data", "awg_options", "random_trailers"}), "true");
}

}  // namespace
}  // namespace loomgate::test
