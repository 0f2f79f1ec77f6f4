// SPDX-License-Identifier: Apache-2.0
// One client that works on one config at random, as fast as the daemon lets it: right and wrong requests to whatever writes
// the API offers, and reads between them. One thread each.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/integration/api_contract/contract.h"
#include "tests/integration/api_contract/garbage.h"

namespace loomgate::contract {

class StormClient {
 public:
  // `config_id` empty: it makes a config of its own, and deletes and remakes it now and then.
  StormClient(const Contract& contract, harness::ApiClient client, std::string config_id, std::uint64_t seed);

  void act();

  const std::map<int, int>& statuses() const { return statuses_; }
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  struct Group {
    std::string id, local, peer;
  };
  struct Action;
  static const std::vector<Action>& actions();
  struct Choice {
    const Action* action;
    const Operation* operation;
  };
  static std::vector<Choice> offered_by(const Contract& contract);

  harness::ApiAnswer call(const Operation& operation, const std::string& target, const std::string& body);
  void look_around();
  void ensure_config();
  std::string fill(std::string path);
  std::string node();
  std::string config_body();
  std::string node_body();
  std::string link_body(const std::string& local, const std::string& peer);
  std::string new_link_body() { return link_body(node(), node()); }
  std::string same_link_body();
  std::string quick_mesh_body();
  std::string forward_body();
  std::string tag() { return "tag" + std::to_string(below(6)); }

  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }
  bool chance(std::size_t percent) { return below(100) < percent; }

  const Contract& contract_;
  harness::ApiClient client_;
  std::string config_;
  const bool owns_config_;
  const std::vector<Choice> offered_;  // every action as often as it weighs
  std::mt19937_64 random_;
  Garbage garbage_;
  std::vector<std::string> nodes_, rules_;
  std::vector<Group> groups_;
  Group group_;  // the one that the request in the making is about
  int turns_ = 0;
  std::map<int, int> statuses_;
  std::vector<std::string> complaints_;
};

}  // namespace loomgate::contract
