// SPDX-License-Identifier: Apache-2.0
// Configs and nodes with AmneziaWG, asked over a socket.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/integration/api_mesh/api_test.h"

namespace loomgate::test {

class AwgTest : public ApiTest {
 protected:
  using Names = std::vector<const char*>;
  static const Names& shared_fields() {
    static const Names names{"awg_s1", "awg_s2", "awg_s3", "awg_s4", "awg_h1", "awg_h2", "awg_h3", "awg_h4"};
    return names;
  }
  static const Names& node_fields() {
    static const Names names{"awg_jc", "awg_jmin", "awg_jmax", "awg_i1", "awg_i2", "awg_i3", "awg_i4", "awg_i5"};
    return names;
  }

  // `more` is a list of members that begins with a comma, or nothing.
  std::string new_config(const std::string& name, const std::string& more = "") {
    const auto answer = post("/configs", R"({"name":")" + name + "\"" + more + "}");
    EXPECT_EQ(answer.status, 200) << answer.body.dump();
    return answer.data("id");
  }
  std::string awg_config(const std::string& name, const std::string& version, const std::string& more = "") {
    return new_config(name, R"(,"tunnel_protocol":"amneziawg","awg_version":")" + version + "\"" + more);
  }
  std::string new_node(const std::string& config, const std::string& name, const std::string& more = "") {
    const auto answer = post("/configs/" + config + "/nodes", R"({"name":")" + name + "\"" + more + "}");
    EXPECT_EQ(answer.status, 200) << answer.body.dump();
    return answer.data("id");
  }
  Answer config(const std::string& id) { return get("/configs/" + id); }
  Answer node(const std::string& id) { return get("/nodes/" + id); }
  Answer put_config(const std::string& id, const std::string& body) {
    auto answer = put("/configs/" + id, body);
    EXPECT_EQ(answer.status, 200) << body << answer.body.dump();
    return answer;
  }
  std::string refused_config(const std::string& id, const std::string& body) {
    return refusal("PUT", "/configs/" + id, body);
  }
  std::string preview(const std::string& config_id, const std::string& node_id) {
    return get("/configs/" + config_id + "/nodes/" + node_id + "/wg-preview").data("content");
  }

  // `data` of an answer as an object to send back, with these members in place of its own.
  static std::string whole(const Answer& answer, std::initializer_list<std::pair<const char*, json::Json>> members = {}) {
    auto object = json::Json::copy_of(*answer.body.view().find("data"));
    for (const auto& [key, value] : members) object.set(key, value);
    return object.dump();
  }
  // The named members of `data`, one per line.
  static std::string values(const Answer& answer, const Names& names) {
    std::string all;
    for (const auto* name : names) all += std::string(name) + " " + answer.data(name) + "\n";
    return all;
  }
  static int number(const Answer& answer, const char* name) { return std::stoi(answer.data(name)); }
  // The keys of an object, sorted.
  static std::vector<std::string> keys(const Answer& answer, std::initializer_list<const char*> path) {
    const auto parsed = json::parse(answer.at(path));
    std::vector<std::string> names;
    for (const auto& [name, value] : parsed.value->view().members()) names.emplace_back(name);
    std::sort(names.begin(), names.end());
    return names;
  }
};

}  // namespace loomgate::test
