// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/config_packages.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>

#include "daemon/archive/zip_writer.h"
#include "daemon/base/error_codes.h"
#include "daemon/base/ids.h"
#include "daemon/domain/bulk_names.h"
#include "daemon/domain/names.h"
#include "daemon/json/pretty.h"
#include "daemon/services/lookups.h"
#include "daemon/store/audit.h"
#include "daemon/store/config_packages.h"

namespace loomgate::services {
namespace {

using projections::StagedNode;

constexpr const char* kPath = "/api/v1/tools/download/config-bulk/package/";

std::vector<std::string> without_repeats(const std::vector<std::string>& ids) {
  std::unordered_set<std::string> seen;
  std::vector<std::string> once;
  for (const auto& id : ids) {
    if (seen.insert(id).second) once.push_back(id);
  }
  return once;
}

StagedNode require_node(std::unordered_map<std::string, StagedNode>& found, const std::string& node_id,
                        const std::string& config_id) {
  const auto node = found.find(node_id);
  if (node == found.end()) {
    throw Error(errors::kNodeNotFound, "Node not found", json::Json::object({{"node_id", node_id}}));
  }
  if (node->second.config_id != config_id) throw Error(errors::kNodeConfigMismatch, "The node belongs to another config");
  if (!node->second.enabled) throw Error(errors::kNodeDisabled, "The node is disabled");
  return std::move(node->second);
}

void require_texts(const std::vector<StagedNode>& nodes) {
  auto missing = json::Json::array();
  for (const auto& node : nodes) {
    if (node.text.empty()) missing.push(json::Json::object({{"node_id", node.id}, {"node_name", node.name}}));
  }
  if (missing.view().size() == 0) return;
  throw Error(errors::kConfigBulkNodeNotReady, "Nothing is staged yet for some of the nodes",
              json::Json::object({{"nodes", std::move(missing)}}));
}

std::vector<StagedNode> require_nodes(pg::Connection& connection, const crypto::Sealer& sealer,
                                      const std::string& config_id, const std::vector<std::string>& node_ids) {
  if (node_ids.empty()) throw Error(errors::kConfigBulkEmptySelection, "No node is selected");
  std::unordered_map<std::string, StagedNode> found;
  for (auto& node : projections::staged_nodes(connection, sealer, node_ids)) {
    auto id = node.id;
    found.emplace(std::move(id), std::move(node));
  }
  std::vector<StagedNode> nodes;
  for (const auto& node_id : node_ids) nodes.push_back(require_node(found, node_id, config_id));
  require_texts(nodes);
  return nodes;
}

std::string manifest(const domain::Config& config, const std::vector<StagedNode>& nodes,
                     const std::vector<std::string>& filenames, Timestamp now) {
  auto list = json::Json::array();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    list.push(json::Json::object({{"node_id", nodes[i].id},
                                  {"node_name", nodes[i].name},
                                  {"filename", filenames[i]},
                                  {"staged_version", nodes[i].staged_version},
                                  {"staged_sha256", nodes[i].staged_sha256}}));
  }
  return json::pretty(json::Json::object({{"config_id", config.id},
                                          {"config_name", config.name},
                                          {"generated_at", to_iso(now)},
                                          {"nodes", std::move(list)}})
                          .view());
}

std::string zip_of(const domain::Config& config, std::vector<StagedNode> nodes, Timestamp now) {
  std::vector<std::string> names;
  for (const auto& node : nodes) names.push_back(node.name);
  const auto filenames = domain::bulk_file_names(config.name, names);
  std::vector<archive::ZipEntry> entries;
  for (std::size_t i = 0; i < nodes.size(); ++i) entries.push_back({filenames[i], std::move(nodes[i].text)});
  entries.push_back({"manifest.json", manifest(config, nodes, filenames, now)});
  return archive::write_zip(entries, now);
}

}  // namespace

projections::BulkOptions ConfigPackageService::options(const BulkQuestion& question) const {
  auto connection = deps_.pool.acquire();
  projections::BulkOptions options;
  if (!question.config_id.empty()) {
    options.nodes = projections::bulk_nodes(*connection, require_config(*connection, question.config_id).id,
                                            deps_.mqtt_enabled);
  }
  options.configs = projections::bulk_configs(*connection, deps_.mqtt_enabled);
  return options;
}

ConfigPackageMade ConfigPackageService::create(const domain::Actor& actor, const ConfigPackageWrite& write) const {
  domain::Config config;
  std::vector<StagedNode> nodes;
  {
    auto connection = deps_.pool.acquire();
    config = require_config(*connection, write.config_id);
    nodes = require_nodes(*connection, deps_.sealer, config.id, without_repeats(write.node_ids));
  }
  const auto now = clock_();
  ConfigPackageMade made;
  made.package_id = new_id("bulk");
  made.filename = fmt::format("wg-configs-{}-{:%Y%m%d-%H%M%S}.zip", domain::segment(config.name, "config"),
                              fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  made.download_path = kPath + made.package_id;
  made.config_id = config.id;
  made.config_name = config.name;
  made.node_count = static_cast<int>(nodes.size());
  // Before the transaction: a large mesh takes seconds to pack.
  const store::ConfigPackage package{made.package_id, config.id, zip_of(config, std::move(nodes), now)};
  deps_.pool.transact([&](pg::Transaction& transaction) {
    store::replace_config_package(transaction, deps_.sealer, package);
    store::add_audit(transaction, actor,
                     {"config.package", config.id, "", package.id, fmt::format("Configs of {} nodes packed", made.node_count)});
  });
  return made;
}

std::string ConfigPackageService::content(std::string_view package_id) const {
  auto connection = deps_.pool.acquire();
  auto package = store::find_config_package(*connection, deps_.sealer, package_id);
  if (!package) throw Error(errors::kConfigBulkPackageNotFound, "The package is gone; make a new one");
  return std::move(package->content);
}

}  // namespace loomgate::services

namespace loomgate::json {

using services::BulkQuestion;
using services::ConfigPackageMade;
using services::ConfigPackageWrite;

const Shape<ConfigPackageWrite>& Describe<ConfigPackageWrite>::shape() {
  static const auto shape =
      Shape<ConfigPackageWrite>("ConfigPackageWrite")
          .field("config_id", &ConfigPackageWrite::config_id, required_text())
          .field("node_ids", &ConfigPackageWrite::node_ids, list(text().trimmed()).defaults(Json::array()));
  return shape;
}

const Shape<BulkQuestion>& Describe<BulkQuestion>::shape() {
  static const auto shape =
      Shape<BulkQuestion>("BulkQuestion").field("config_id", &BulkQuestion::config_id, free_text().defaults(""));
  return shape;
}

const Shape<ConfigPackageMade>& Describe<ConfigPackageMade>::shape() {
  using Made = ConfigPackageMade;
  static const auto shape = Shape<Made>("ConfigBulkPackage")
                                .field("package_id", &Made::package_id)
                                .field("filename", &Made::filename)
                                .field("download_path", &Made::download_path)
                                .field("config_id", &Made::config_id)
                                .field("config_name", &Made::config_name)
                                .field("node_count", &Made::node_count);
  return shape;
}

}  // namespace loomgate::json
