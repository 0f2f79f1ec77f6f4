// SPDX-License-Identifier: Apache-2.0
// Port forwards as a client sees them (spec http-api 6.10, domain 7).
#include <future>

#include "tests/integration/api_agents/agents_fixture.h"

namespace loomgate::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class PortForwards : public AgentsTest {
 protected:
  std::string rules_path() const { return "/api/v1/tools/port-forwards/configs/" + config_; }
  static std::string body(const std::string& from, const std::string& to, int to_port = 8443,
                          const std::string& protocol = "tcp", const std::string& platform = "linux") {
    return fmt::format(R"({{"from_node_id":"{}","from_port":443,"to_node_id":"{}","to_port":{},"to_platform":"{}",)"
                       R"("protocol":"{}"}})",
                       from, to, to_port, platform, protocol);
  }
  // alpha takes what beta serves.
  ApiAnswer create(int to_port = 8443, const std::string& protocol = "tcp", const std::string& platform = "linux") {
    return api_->post(rules_path(), body(other_, node_, to_port, protocol, platform));
  }
  std::string create_code(const std::string& from, const std::string& to) {
    return error_of(api_->post(rules_path(), body(from, to)));
  }
  std::string hook(const std::string& node, const std::string& list, const std::string& key, int index = 0) {
    return api_->get("/api/v1/nodes/" + node).text(fmt::format("data.managed_hooks.{}.{}.{}", list, index, key));
  }
  std::size_t hook_count(const std::string& node, const std::string& list) {
    const auto answer = api_->get("/api/v1/nodes/" + node);
    return answer.at("data.managed_hooks." + list)->items().size();
  }
  std::string preview(const std::string& node) { return api_->get(path("wg-preview", node)).text("data.content"); }
};

// Spec domain 12, vector 6.
TEST_F(PortForwards, Vector6) {
  start();
  const auto made = create();
  ASSERT_EQ(made.status, 200) << made.body;
  const auto id = made.text("data.id");
  EXPECT_THAT(id, testing::MatchesRegex("pf_[0-9a-f]{12}"));
  for (const char* list : {"pre_up", "post_up", "pre_down", "post_down"}) EXPECT_EQ(hook_count(other_, list), 0U);
  EXPECT_EQ(hook(node_, "post_up", "source_id"), id);
  const auto post_up = hook(node_, "post_up", "command");
  EXPECT_THAT(post_up, HasSubstr("DNAT"));
  EXPECT_THAT(post_up, Not(HasSubstr("sysctl")));
  EXPECT_THAT(preview(node_), HasSubstr("\nPostUp = " + post_up + "\n"));
  EXPECT_THAT(preview(node_), HasSubstr("\nPreDown = " + hook(node_, "pre_down", "command") + "\n"));

  EXPECT_EQ(error_of(create()), "409 PORT_FORWARD_TO_PORT_IN_USE");

  ASSERT_EQ(create(9000, "all", "darwin").status, 200);
  EXPECT_EQ(hook_count(node_, "post_up"), 2U);
  EXPECT_THAT(hook(node_, "post_up", "command", 1), HasSubstr("proto tcp"));
  EXPECT_THAT(hook(node_, "post_up", "command", 1), HasSubstr("proto udp"));

  const auto both = api_->get(rules_path());
  for (const auto& rule : both.at("data")->items()) {
    const auto switched = api_->put("/api/v1/tools/port-forwards/" + std::string(rule.find("id")->string()) + "/enabled",
                                    R"({"enabled":false})");
    EXPECT_EQ(switched.status, 200) << switched.body;
    EXPECT_FALSE(switched.boolean("data.enabled"));
  }
  EXPECT_EQ(hook_count(node_, "post_up"), 0U);
  const auto list = api_->get(rules_path());
  ASSERT_EQ(list.at("data")->items().size(), 2U);
  EXPECT_EQ(list.text("data.1.id"), id) << "newest first";
  EXPECT_FALSE(list.boolean("data.0.enabled") || list.boolean("data.1.enabled"));
}

// Spec http-api 11, check 11.
TEST_F(PortForwards, Check11HooksOnTheTargetOnlyAndInItsPreview) {
  start();
  const auto before = preview(node_);
  const auto id = create().text("data.id");
  EXPECT_EQ(hook_count(other_, "post_up") + hook_count(other_, "pre_down"), 0U);
  EXPECT_THAT(preview(other_), Not(HasSubstr("PostUp")));
  EXPECT_THAT(preview(node_), HasSubstr("PostUp = " + hook(node_, "post_up", "command")));
  EXPECT_EQ(error_of(create()), "409 PORT_FORWARD_TO_PORT_IN_USE");
  api_->put("/api/v1/tools/port-forwards/" + id + "/enabled", R"({"enabled":false})");
  EXPECT_EQ(preview(node_), before);
  EXPECT_EQ(api_->get(rules_path()).text("data.0.id"), id);
  EXPECT_EQ(error_of(create()), "409 PORT_FORWARD_TO_PORT_IN_USE") << "a disabled rule keeps its port";
}

TEST_F(PortForwards, ARuleHasEveryFieldOfTheContract) {
  start();
  const auto made = create();
  std::vector<std::string> keys;
  for (const auto& [name, value] : made.at("data")->members()) keys.emplace_back(name);
  EXPECT_THAT(keys, ElementsAre("id", "config_id", "from_node_id", "from_port", "to_node_id", "to_port", "to_platform",
                                "protocol", "enabled", "created_at", "updated_at", "from_node", "to_node"));
  EXPECT_EQ(made.integer("data.from_port"), 443);
  EXPECT_EQ(json::Json::copy_of(*made.at("data.from_node")).dump(),
            fmt::format(R"({{"id":"{}","name":"beta","virtual_ip":"10.66.0.2","enabled":true}})", other_));
  EXPECT_EQ(made.text("data.to_node.name"), "alpha");
  EXPECT_EQ(hook(node_, "post_up", "label"), "From 10.66.0.2:443 To 10.66.0.1:8443");
  EXPECT_EQ(hook(node_, "post_up", "source"), "port_forward");
}

TEST_F(PortForwards, ChecksComeInTheContractsOrder) {
  start();
  const auto six = make_node("six", "fd00::6");
  const auto off = make_node("off", "10.66.0.9", R"(,"enabled":false)");
  const auto bare = make_node("bare", "10.66.0.10");
  sql("UPDATE loomgate.nodes SET virtual_ip = NULL WHERE id = '" + bare + "'");
  const auto elsewhere = api_->post("/api/v1/configs", R"({"name":"elsewhere"})").text("data.id");
  const auto foreign = api_->post("/api/v1/configs/" + elsewhere + "/nodes", R"({"name":"x"})").text("data.id");
  const std::string unknown = "node_000000000000";

  EXPECT_EQ(error_of(api_->post("/api/v1/tools/port-forwards/configs/cfg_000000000000", body(unknown, unknown))),
            "404 CONFIG_NOT_FOUND");
  EXPECT_EQ(create_code(unknown, foreign), "404 NODE_NOT_FOUND");
  EXPECT_EQ(create_code(foreign, unknown), "400 PORT_FORWARD_NODE_INVALID") << "From is looked at first";
  EXPECT_EQ(create_code(off, unknown), "400 PORT_FORWARD_NODE_INVALID");
  EXPECT_EQ(create_code(bare, unknown), "400 PORT_FORWARD_VIRTUAL_IP_REQUIRED");
  EXPECT_EQ(create_code(six, unknown), "404 NODE_NOT_FOUND");
  EXPECT_EQ(create_code(six, off), "400 PORT_FORWARD_NODE_INVALID");
  EXPECT_EQ(create_code(six, bare), "400 PORT_FORWARD_VIRTUAL_IP_REQUIRED");
  EXPECT_EQ(create_code(six, six), "400 PORT_FORWARD_SAME_NODE");
  EXPECT_EQ(create_code(six, node_), "400 PORT_FORWARD_IPV4_REQUIRED");
  EXPECT_EQ(create_code(node_, six), "400 PORT_FORWARD_IPV4_REQUIRED");
  for (const char* wrong : {R"("from_port":0)", R"("to_port":65536)", R"("to_platform":"windows")",
                            R"("protocol":"icmp")", R"("from_node_id":" ")"}) {
    auto whole = body(other_, node_);
    whole.back() = ',';
    EXPECT_EQ(error_of(api_->post(rules_path(), whole + wrong + "}")), "422 VALIDATION_ERROR") << wrong;
  }
  EXPECT_EQ(sql("SELECT count(*) FROM loomgate.port_forward_rules"), "0");
}

TEST_F(PortForwards, AllTakesBothProtocolsOfAPort) {
  start();
  EXPECT_EQ(create(1000, "tcp").status, 200);
  EXPECT_EQ(create(1000, "udp").status, 200) << "another protocol is another port";
  EXPECT_EQ(error_of(create(1000, "all")), "409 PORT_FORWARD_TO_PORT_IN_USE");
  EXPECT_EQ(create(1001, "all").status, 200);
  EXPECT_EQ(error_of(create(1001, "udp")), "409 PORT_FORWARD_TO_PORT_IN_USE");
}

TEST_F(PortForwards, OfRacingRequestsExactlyOneGetsThePort) {
  start();
  std::vector<std::future<std::string>> racing;
  for (int i = 0; i < 8; ++i) {
    racing.push_back(std::async(std::launch::async, [this, i] {
      auto client = daemon_.client();
      client.set_bearer(api_->bearer());
      return error_of(client.post(rules_path(), body(other_, node_, 2000, i % 2 == 0 ? "all" : "udp")));
    }));
  }
  std::vector<std::string> codes;
  for (auto& one : racing) codes.push_back(one.get());
  EXPECT_EQ(std::ranges::count(codes, "200 "), 1);
  EXPECT_EQ(std::ranges::count(codes, "409 PORT_FORWARD_TO_PORT_IN_USE"), 7) << testing::PrintToString(codes);
}

TEST_F(PortForwards, TheTextOfTheTargetFollowsTheServiceNode) {
  start();
  create();
  const auto staged = [this] { return api_->get(path("applied-conf")).text("data.content"); };
  EXPECT_THAT(staged(), HasSubstr("--to-destination 10.66.0.2:443"));
  const auto beta = "/api/v1/nodes/" + other_;
  api_->put(beta, R"({"name":"beta","virtual_ip":"10.66.0.77"})");
  EXPECT_THAT(staged(), HasSubstr("--to-destination 10.66.0.77:443"));
  EXPECT_EQ(hook(node_, "post_up", "label"), "From 10.66.0.77:443 To 10.66.0.1:8443");
  api_->put(beta, R"({"name":"beta","virtual_ip":"fd00::77"})");
  EXPECT_THAT(staged(), Not(HasSubstr("PostUp"))) << "a rule without an IPv4 address is left out";
  EXPECT_EQ(api_->get(rules_path()).at("data")->items().size(), 1U);
  api_->put(beta, R"({"name":"beta","virtual_ip":"10.66.0.2"})");
  EXPECT_THAT(staged(), HasSubstr("PostUp"));
  api_->put(beta, R"({"name":"beta","enabled":false})");
  EXPECT_THAT(staged(), Not(HasSubstr("PostUp"))) << "nothing is forwarded to a disabled node";
  api_->put(beta, R"({"name":"beta","enabled":true})");
  EXPECT_THAT(staged(), HasSubstr("PostUp"));
  EXPECT_EQ(api_->del(beta).status, 200);
  EXPECT_THAT(staged(), Not(HasSubstr("PostUp")));
  EXPECT_EQ(api_->get(rules_path()).at("data")->items().size(), 0U);
}

TEST_F(PortForwards, DeletingAndUnknownRules) {
  start();
  const auto rule = "/api/v1/tools/port-forwards/" + create().text("data.id");
  EXPECT_EQ(api_->del(rule).text("data.message"), "Port forward rule deleted");
  EXPECT_EQ(hook_count(node_, "post_up"), 0U);
  EXPECT_THAT(preview(node_), Not(HasSubstr("PostUp")));
  EXPECT_EQ(error_of(api_->del(rule)), "404 PORT_FORWARD_NOT_FOUND");
  EXPECT_EQ(error_of(api_->put(rule + "/enabled", R"({"enabled":true})")), "404 PORT_FORWARD_NOT_FOUND");
  EXPECT_EQ(error_of(api_->put(rule + "/enabled", "{}")), "422 VALIDATION_ERROR");
  EXPECT_EQ(error_of(api_->get("/api/v1/tools/port-forwards/configs/cfg_000000000000")), "404 CONFIG_NOT_FOUND");
}

}  // namespace
}  // namespace loomgate::harness
