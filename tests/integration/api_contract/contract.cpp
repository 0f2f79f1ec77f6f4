// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/api_contract/contract.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "tests/integration/api_contract/json_schema.h"

namespace loomgate::contract {
namespace {

std::string upper(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return made;
}

std::optional<json::View> at(json::View from, std::initializer_list<std::string_view> path) {
  std::optional<json::View> found = from;
  for (const auto step : path) {
    if (!found || !found->is(json::Type::kObject)) return std::nullopt;
    found = found->find(step);
  }
  return found;
}

}  // namespace

std::optional<json::View> Operation::body_schema() const {
  return at(description, {"requestBody", "content", "application/json", "schema"});
}

std::vector<json::View> Operation::parameters(std::string_view place) const {
  std::vector<json::View> found;
  const auto all = description.find("parameters");
  if (!all) return found;
  for (const auto& parameter : all->items()) {
    if (parameter.find("in")->string() == place) found.push_back(parameter);
  }
  return found;
}

Contract::Contract(harness::ApiClient& client) : document_(client.get("/api/v1/openapi.json").json) {
  for (const auto& [path, item] : document().find("paths")->members()) {
    for (const auto& [method, description] : item.members()) {
      operations_.push_back(
          {std::string(description.find("operationId")->string()), upper(method), std::string(path), description});
    }
  }
}

const Operation& Contract::operation(std::string_view method, std::string_view path) const {
  for (const auto& known : operations_) {
    if (known.method == method && known.path == path) return known;
  }
  throw std::runtime_error("no operation " + std::string(method) + " " + std::string(path));
}

std::optional<std::string> Contract::complaint(const Operation& operation, const harness::ApiAnswer& answer) const {
  const auto described = at(operation.description, {"responses", std::to_string(answer.status)});
  if (!described) return "status " + std::to_string(answer.status) + " is not documented";
  const auto schema = at(*described, {"content", "application/json", "schema"});
  if (!schema) return std::nullopt;
  return misfit(answer.json.view(), *schema, document(), "body");
}

}  // namespace loomgate::contract
