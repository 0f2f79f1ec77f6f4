// SPDX-License-Identifier: Apache-2.0
// Requests that are wrong in one or several ways, made from the schema of an operation: wrong types, huge numbers, control
// characters, deep nesting, equal keys, invalid UTF-8, missing and unknown members, bad paths and queries. Some are right, so
// that there is something to be wrong about. Seeded: the same seed and pool give the same requests.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "tests/integration/api_contract/contract.h"

namespace loomgate::contract {

// Ids that exist now, by the name of the path parameter or member that holds one.
struct IdPool {
  std::vector<std::string> configs, nodes, groups, rules;
};

struct WrongRequest {
  std::string method;
  std::string target;  // with the query
  std::string body;
  // The path does not lead to this operation alone (an empty segment), so 404 and 405 without an envelope are right.
  bool leaves_route = false;
};

class Garbage {
 public:
  Garbage(std::uint64_t seed, json::View document) : random_(seed), document_(document) {}

  WrongRequest make(const Operation& operation, const IdPool& pool);

 private:
  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }
  bool chance(std::size_t percent) { return below(100) < percent; }
  template <typename T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  std::string target(const Operation& operation, const IdPool& pool, bool& leaves_route);
  std::string path_value(const std::string& name, const IdPool& pool, bool& leaves_route);
  std::string query_value(json::View parameter, const IdPool& pool);
  std::string body(json::View schema, const IdPool& pool);
  // JSON texts; a fitting one, one that fits with a chance, and one that hardly ever does.
  std::string fitting(json::View schema, const std::string& name, const IdPool& pool, int depth);
  std::string object(json::View schema, const IdPool& pool, int depth);
  std::string fitting_text(json::View schema, const std::string& name, const IdPool& pool);
  std::string some_id(const std::string& name, const IdPool& pool);
  std::string junk();
  std::string broken_document();

  std::mt19937_64 random_;
  json::View document_;
  std::size_t wrongness_ = 10;  // percent of the members that are junk, of the request in the making
};

}  // namespace loomgate::contract
