// SPDX-License-Identifier: Apache-2.0
// Writes of one AmneziaWG config and of its nodes at the same time: whatever comes first, the end fits together.
#include <thread>

#include "tests/integration/api_mesh/awg_test.h"

namespace loomgate::test {
namespace {

class AwgRace : public AwgTest {
 protected:
  // Sends the bodies one after the other from a thread of its own; every answer must be 200.
  std::jthread sender(const std::string& method, const std::string& path, std::vector<std::string> bodies) {
    return std::jthread([this, method, path, bodies = std::move(bodies)] {
      harness::ApiClient own("http://127.0.0.1:" + std::to_string(server.port()));
      own.set_bearer("let me in");
      for (const auto& body : bodies) {
        const auto answer = own.request(method, "/api/v1" + path, body);
        EXPECT_EQ(answer.status, 200) << method << " " << path << body << answer.body;
      }
    });
  }
};

TEST_F(AwgRace, VersionChangesAndNodeWritesLeaveNodesThatFitTheirConfig) {
  const auto id = awg_config("a", "2.0");
  const auto old_node = new_node(id, "old");
  std::vector<std::string> versions, names, renames;
  for (int i = 0; i < 12; ++i) {
    versions.push_back(R"({"name":"a","awg_version":")" + std::string(i % 2 == 0 ? "3.1" : "1.5") + "\"}");
    names.push_back(R"({"name":"n)" + std::to_string(i) + "\"}");
    renames.push_back(R"({"name":"old","awg_jc":)" + std::to_string(i) + "}");
  }
  versions.emplace_back(R"({"name":"a","awg_version":"3.1"})");
  {
    const auto switching = sender("PUT", "/configs/" + id, versions);
    const auto creating = sender("POST", "/configs/" + id + "/nodes", names);
    const auto saving = sender("PUT", "/nodes/" + old_node, renames);
  }
  put_config(id, R"({"name":"a"})");
  EXPECT_EQ(scalar("SELECT count(*) FROM nodes"), "13");
  EXPECT_EQ(scalar("SELECT count(*) FROM nodes WHERE awg_options ? 'rekey_after_time' AND awg_i1 IS NOT NULL"), "13");
  EXPECT_EQ(node(old_node).data("awg_jc"), "11");
  const auto listed = get("/configs/" + id + "/nodes");
  for (const auto& one : listed.list()) {
    const std::string node_id(one.find("id")->string());
    EXPECT_EQ(get("/configs/" + id + "/nodes/" + node_id + "/wg-preview").data("sha256"),
              state_of(node_id, "desired_sha256"));
  }
}

}  // namespace
}  // namespace loomgate::test
