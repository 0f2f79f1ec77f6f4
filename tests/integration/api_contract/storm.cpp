// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/api_contract/storm.h"

#include <fmt/format.h>

namespace loomgate::contract {
namespace {

constexpr std::size_t kMostNodes = 24;
constexpr const char* kNone = "none_000000000000";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

std::vector<json::View> listed(const harness::ApiAnswer& answer) {
  const auto data = answer.at("data");
  return data && data->is(json::Type::kArray) ? data->items() : std::vector<json::View>{};
}

std::string member(json::View object, const char* key) {
  return std::string(object.find(key)->string());
}

}  // namespace

struct StormClient::Action {
  int weight;
  const char* method;
  const char* path;
  std::string (*body)(StormClient&);
};

const std::vector<StormClient::Action>& StormClient::actions() {
  static const auto nothing = [](StormClient&) { return std::string(); };
  static const std::vector<Action> all = {
      {9, "POST", "/api/v1/configs/{config_id}/nodes", [](StormClient& c) { return c.node_body(); }},
      {12, "PUT", "/api/v1/nodes/{node_id}", [](StormClient& c) { return c.node_body(); }},
      {2, "DELETE", "/api/v1/nodes/{node_id}", nothing},
      {9, "POST", "/api/v1/configs/{config_id}/peer-links", [](StormClient& c) { return c.new_link_body(); }},
      {8, "PUT", "/api/v1/peer-links/{group_id}", [](StormClient& c) { return c.same_link_body(); }},
      {3, "DELETE", "/api/v1/peer-links/{group_id}", nothing},
      {1, "POST", "/api/v1/configs/{config_id}/mesh/quick-generate", [](StormClient& c) { return c.quick_mesh_body(); }},
      {4, "PUT", "/api/v1/configs/{config_id}", [](StormClient& c) { return c.config_body(); }},
      {2, "POST", "/api/v1/configs/{config_id}/tags", [](StormClient& c) { return R"({"name":")" + c.tag() + "\"}"; }},
      {2, "POST", "/api/v1/configs/{config_id}/tags/apply",
       [](StormClient& c) { return fmt::format(R"({{"tag":"{}","node_ids":["{}","{}"]}})", c.tag(), c.node(), c.node()); }},
      {1, "DELETE", "/api/v1/configs/{config_id}/tags/{tag_name}", nothing},
      {2, "PUT", "/api/v1/nodes/{node_id}/tags", [](StormClient& c) { return fmt::format(R"({{"tags":["{}","{}"]}})", c.tag(), c.tag()); }},
      {4, "POST", "/api/v1/tools/port-forwards/configs/{config_id}", [](StormClient& c) { return c.forward_body(); }},
      {2, "PUT", "/api/v1/tools/port-forwards/{rule_id}/enabled",
       [](StormClient& c) { return std::string(c.chance(50) ? R"({"enabled":true})" : R"({"enabled":false})"); }},
      {2, "DELETE", "/api/v1/tools/port-forwards/{rule_id}", nothing},
      {3, "POST", "/api/v1/configs/{config_id}/nodes/{node_id}/sync", nothing},
      {2, "POST", "/api/v1/configs/{config_id}/sync-all", nothing},
      {3, "PUT", "/api/v1/configs/{config_id}/nodes/{node_id}/applied-conf",
       [](StormClient& c) { return fmt::format(R"({{"content":"# by hand {}\n"}})", c.below(3)); }},
      {2, "POST", "/api/v1/configs/{config_id}/nodes/{node_id}/bind-command", [](StormClient&) { return std::string("{}"); }},
      {1, "POST", "/api/v1/configs/{config_id}/nodes/{node_id}/reset-client", nothing},
      {2, "POST", "/api/v1/configs/{config_id}/nodes/suggest-ip", nothing},
      {2, "POST", "/api/v1/configs/{config_id}/mesh/validate", nothing},
      {3, "GET", "/api/v1/configs/{config_id}/overview", nothing},
      {2, "GET", "/api/v1/configs/{config_id}/nodes/{node_id}/mesh-workspace", nothing},
      {2, "GET", "/api/v1/configs/{config_id}/nodes/{node_id}/wg-preview", nothing},
      {2, "GET", "/api/v1/configs/{config_id}/nodes/{node_id}/endpoint/status", nothing},
      {1, "GET", "/api/v1/configs", nothing},
      {1, "GET", "/api/v1/system/status", nothing},
  };
  return all;
}

StormClient::StormClient(const Contract& contract, harness::ApiClient client, std::string config_id, std::uint64_t seed)
    : contract_(contract),
      client_(std::move(client)),
      config_(std::move(config_id)),
      owns_config_(config_.empty()),
      offered_(offered_by(contract)),
      random_(seed),
      garbage_(seed, contract.document()) {}

std::vector<StormClient::Choice> StormClient::offered_by(const Contract& contract) {
  std::vector<Choice> offered;
  for (const auto& action : actions()) {
    for (const auto& operation : contract.operations()) {
      if (operation.method != action.method || operation.path != action.path) continue;
      offered.insert(offered.end(), static_cast<std::size_t>(action.weight), Choice{&action, &operation});
    }
  }
  return offered;
}

void StormClient::act() {
  if (owns_config_) ensure_config();
  if (turns_++ % 12 == 0) look_around();
  const auto [action, operation] = offered_[below(offered_.size())];
  const bool makes_node = std::string_view(action->path).ends_with("/nodes");
  if (makes_node && nodes_.size() >= kMostNodes) return;
  group_ = groups_.empty() ? Group{kNone, kNone, kNone} : groups_[below(groups_.size())];
  if (chance(15)) {
    std::vector<std::string> groups;
    for (const auto& group : groups_) groups.push_back(group.id);
    const auto wrong = garbage_.make(*operation, {{config_}, nodes_, groups, rules_});
    if (!wrong.leaves_route) call(*operation, wrong.target, wrong.body);
    return;
  }
  call(*operation, fill(action->path), action->body(*this));
}

harness::ApiAnswer StormClient::call(const Operation& operation, const std::string& target, const std::string& body) {
  auto answer = client_.request(operation.method, target, body);
  ++statuses_[answer.status];
  auto complaint = contract_.complaint(operation, answer);
  if (answer.status >= 500) complaint = "never a 5xx";
  if (complaint) {
    complaints_.push_back(operation.method + " " + target + " " + body.substr(0, 500) + " -> " + std::to_string(answer.status) + " " +
                          answer.body.substr(0, 300) + ": " + *complaint);
  }
  return answer;
}

void StormClient::ensure_config() {
  if (!config_.empty() && !chance(1)) return;
  if (!config_.empty()) client_.del("/api/v1/configs/" + config_);
  const auto name = fmt::format("storm{}", random_() % 1000000000);
  config_ = client_.post("/api/v1/configs", R"({"name":")" + name + "\"}").text("data.id");
  turns_ = 0;
}

void StormClient::look_around() {
  nodes_.clear();
  groups_.clear();
  rules_.clear();
  const std::string base = "/api/v1/configs/" + config_;
  const auto nodes = client_.get(base + "/nodes");
  for (const auto& item : listed(nodes)) nodes_.push_back(member(item, "id"));
  const auto links = client_.get(base + "/peer-links");
  for (const auto& item : listed(links)) {
    if (member(item, "direction") == "forward")
      groups_.push_back({member(item, "link_group_id"), member(item, "local_node_id"), member(item, "peer_node_id")});
  }
  const auto rules = client_.get("/api/v1/tools/port-forwards/configs/" + config_);
  for (const auto& item : listed(rules)) rules_.push_back(member(item, "id"));
}

std::string StormClient::fill(std::string path) {
  path = replaced(std::move(path), "{config_id}", config_);
  path = replaced(std::move(path), "{node_id}", node());
  path = replaced(std::move(path), "{group_id}", group_.id);
  path = replaced(std::move(path), "{tag_name}", tag());
  return replaced(std::move(path), "{rule_id}", rules_.empty() ? kNone : rules_[below(rules_.size())]);
}

std::string StormClient::node() {
  return nodes_.empty() ? kNone : nodes_[below(nodes_.size())];
}

std::string StormClient::config_body() {
  const auto name = owns_config_ ? fmt::format("storm{}", random_() % 1000000000) : std::string("shared");
  std::string body = fmt::format(R"({{"name":"{}","default_listen_port":{})", name, 51820 + below(3));
  if (chance(20)) body += fmt::format(R"(,"enabled":{})", chance(70));
  if (chance(20)) body += R"(,"tunnel_protocol":"amneziawg","awg_version":"2.0")";
  if (chance(20)) body += R"(,"tunnel_protocol":"wireguard")";
  return body + "}";
}

std::string StormClient::node_body() {
  std::string body = fmt::format(R"({{"name":"n{}")", below(100));
  if (chance(40)) body += fmt::format(R"(,"ipv4_address":"192.0.2.{}")", below(250));
  if (chance(10)) body += R"(,"ipv4_address":null)";
  if (chance(15)) body += fmt::format(R"(,"enabled":{})", chance(60));
  if (chance(15)) body += fmt::format(R"(,"auto_sync":{})", chance(60));
  if (chance(15)) body += fmt::format(R"(,"node_type":"{}")", chance(60) ? "dynamic" : "static");
  if (chance(20)) body += fmt::format(R"(,"tags":["{}"])", tag());
  if (chance(20)) body += fmt::format(R"(,"virtual_ip":"10.66.0.{}")", 1 + below(60));
  if (chance(10)) body += fmt::format(R"(,"mtu":{})", 1280 + below(200));
  return body + "}";
}

std::string StormClient::link_body(const std::string& local, const std::string& peer) {
  const auto direction = [this](const std::string& from, const std::string& to) {
    return fmt::format(R"({{"local_node_id":"{}","peer_node_id":"{}","allowed_ips":"10.66.0.{}/32","persistent_keepalive":{},)"
                       R"("endpoint_mode":"{}"}})",
                       from, to, below(60), chance(50) ? "25" : "null", chance(80) ? "auto" : "none");
  };
  return fmt::format(R"({{"forward":{},"reverse":{},"enabled":{}}})", direction(local, peer), direction(peer, local), chance(85));
}

std::string StormClient::same_link_body() {
  return link_body(group_.local, group_.peer);
}

std::string StormClient::quick_mesh_body() {
  return fmt::format(R"({{"mode":"{}","hub_node_id":"{}","endpoint_ref_family":"ipv4","use_preshared_key":{}}})",
                     chance(70) ? "hub_spoke" : "full_mesh", node(), chance(50));
}

std::string StormClient::forward_body() {
  return fmt::format(R"({{"from_node_id":"{}","from_port":80,"to_node_id":"{}","to_port":{},"to_platform":"linux","protocol":"{}"}})",
                     node(), node(), 8000 + below(4), chance(50) ? "tcp" : "all");
}

}  // namespace loomgate::contract
