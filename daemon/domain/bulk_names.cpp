// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/bulk_names.h"

#include <algorithm>
#include <map>
#include <set>

#include "daemon/domain/names.h"

namespace loomgate::domain {
namespace {

std::string folded(std::string name) {
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return name;
}

}  // namespace

std::vector<std::string> bulk_file_names(std::string_view config_name, const std::vector<std::string>& node_names) {
  std::set<std::string> taken;
  std::map<std::string, int> last_number;  // of a folded stem, so that many equal names do not search from the start
  std::vector<std::string> names;
  for (const auto& node_name : node_names) {
    const auto stem = artifact_stem(config_name, node_name);
    auto name = stem + ".conf";
    auto& number = last_number.try_emplace(folded(stem), 1).first->second;
    while (!taken.insert(folded(name)).second) name = stem + "-" + std::to_string(++number) + ".conf";
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace loomgate::domain
