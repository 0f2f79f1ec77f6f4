// SPDX-License-Identifier: Apache-2.0
// Thousands of wrong requests to every operation of the API: each answer is one that the document lists, and the daemon and
// its database are as sound as before. LOOMGATE_FUZZ_REQUESTS asks for more of them, LOOMGATE_FUZZ_SEED for others.
#include <cstdlib>
#include <iostream>
#include <map>

#include "tests/e2e/product_fixture.h"
#include "tests/integration/api_contract/garbage.h"
#include "tests/integration/api_contract/invariants.h"

namespace loomgate::contract {
namespace {

constexpr std::uint64_t kRequests = 4000;  // some 20 seconds
constexpr std::size_t kMostConfigs = 5;
constexpr std::size_t kMostNodes = 12;  // of one config

std::uint64_t setting(const char* name, std::uint64_t standard) {
  const char* const value = std::getenv(name);
  return value != nullptr ? std::strtoull(value, nullptr, 10) : standard;
}

class Fuzz : public harness::ProductTest {
 protected:
  static std::vector<std::string> column(const harness::ApiAnswer& answer, const char* key) {
    std::vector<std::string> values;
    const auto list = answer.at("data");
    if (!list || !list->is(json::Type::kArray)) return values;
    for (const auto& item : list->items()) values.emplace_back(item.find(key)->string());
    return values;
  }

  // Requests make and delete things: there are always a few configs with a few nodes, so that a long run is no slower than a
  // short one.
  IdPool pool() {
    IdPool ids;
    ids.configs = column(api_->get("/api/v1/configs"), "id");
    for (; ids.configs.size() > kMostConfigs; ids.configs.pop_back()) api_->del("/api/v1/configs/" + ids.configs.back());
    if (ids.configs.size() < 2) ids.configs.push_back(api_->post("/api/v1/configs", R"({"name":"more)" + std::to_string(++made_) + "\"}").text("data.id"));
    for (const auto& config : ids.configs) {
      const std::string base = "/api/v1/configs/" + config;
      auto nodes = column(api_->get(base + "/nodes"), "id");
      for (; nodes.size() > kMostNodes; nodes.pop_back()) api_->del("/api/v1/nodes/" + nodes.back());
      for (; nodes.size() < 2; nodes.push_back(api_->post(base + "/nodes", R"({"name":"more"})").text("data.id"))) {
        if (api_->get(base + "/nodes").status != 200) break;
      }
      add(ids.nodes, nodes);
      add(ids.groups, column(api_->get(base + "/peer-links"), "link_group_id"));
      add(ids.rules, column(api_->get("/api/v1/tools/port-forwards/configs/" + config), "id"));
    }
    return ids;
  }
  static void add(std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
  }

  // An event stream that is asked for properly never ends.
  static bool is_endless(const Operation& operation) { return operation.path.ends_with("/events/stream"); }

  void expect_documented(const Contract& contract, const Operation& operation, const WrongRequest& request) {
    const auto answer = api_->request(request.method, request.target, request.body);
    ++statuses_[answer.status];
    ++by_operation_[operation.id][answer.status];
    if (request.leaves_route && (answer.status == 404 || answer.status == 405) && !answer.at("success")) return;
    const auto complaint = contract.complaint(operation, answer);
    if (!complaint && answer.status != 500) return;
    ++complaints_;
    ADD_FAILURE() << request.method << " " << request.target.substr(0, 400) << "\n" << request.body.substr(0, 2000) << "\n-> " << answer.status << " "
                  << answer.body.substr(0, 600) << "\n" << complaint.value_or("never a 500");
  }

  int made_ = 0;
  int complaints_ = 0;
  std::map<int, int> statuses_;
  std::map<std::string, std::map<int, int>> by_operation_;
};

TEST_F(Fuzz, EveryAnswerIsADocumentedOne) {
  auto database = harness::connect(database_.dsn());
  watch_versions(database);
  const Contract contract(*api_);
  const auto seed = setting("LOOMGATE_FUZZ_SEED", 1);
  const auto requests = setting("LOOMGATE_FUZZ_REQUESTS", kRequests);
  Garbage garbage(seed, contract.document());
  const auto& operations = contract.operations();
  IdPool ids;
  for (std::uint64_t i = 0; i < requests && complaints_ < 10; ++i) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", request " + std::to_string(i));
    if (i % 100 == 0) ids = pool();
    const auto& operation = operations[i % operations.size()];
    if (!is_endless(operation)) expect_documented(contract, operation, garbage.make(operation, ids));
  }
  for (const auto& [status, count] : statuses_) std::cout << status << ": " << count << " answers\n";
  EXPECT_GT(statuses_[200], static_cast<int>(requests / 20)) << "too few requests were right";
  EXPECT_GT(statuses_[422], static_cast<int>(requests / 50)) << "too few requests were wrong";
  EXPECT_THAT(broken_invariants(database, *api_), testing::IsEmpty());
  EXPECT_TRUE(first_.running());
  EXPECT_EQ(first_.log().find("LG-HTTP-003"), std::string::npos) << first_.log();
}

// What the generator says is wrong must be able to fail a test.
TEST_F(Fuzz, AnAnswerThatIsNotDocumentedIsNoticed) {
  const Contract contract(*api_);
  const auto& operation = contract.operation("GET", "/api/v1/configs/{config_id}");
  auto answer = api_->get("/api/v1/configs/" + config_);
  EXPECT_FALSE(contract.complaint(operation, answer));
  answer.status = 409;
  EXPECT_TRUE(contract.complaint(operation, answer));
  answer = api_->get("/api/v1/nodes/node_000000000000");
  EXPECT_TRUE(contract.complaint(operation, answer)) << "a code of another operation";
  answer = api_->get("/api/v1/nodes/" + gateway_);
  EXPECT_TRUE(contract.complaint(operation, answer)) << "a shape of another operation";
}

}  // namespace
}  // namespace loomgate::contract
