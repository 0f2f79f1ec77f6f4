// SPDX-License-Identifier: Apache-2.0
// Use cases of bulk downloads (spec downloads 5, http-api 6.9): a ZIP file with the staged texts of chosen nodes. Nothing is
// staged by it. One package exists at a time, for an hour at most.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"
#include "daemon/projections/bulk_view.h"
#include "daemon/services/mesh_deps.h"

namespace loomgate::services {

struct ConfigPackageWrite {
  std::string config_id;
  std::vector<std::string> node_ids;
};

struct BulkQuestion {
  std::string config_id;  // empty: no nodes
};

struct ConfigPackageMade {
  std::string package_id;
  std::string filename;  // to save it under
  std::string download_path;
  std::string config_id;
  std::string config_name;
  int node_count = 0;
};

class ConfigPackageService {
 public:
  explicit ConfigPackageService(MeshDeps deps, Clock clock = system_clock()) : deps_(deps), clock_(std::move(clock)) {}

  // CONFIG_NOT_FOUND.
  projections::BulkOptions options(const BulkQuestion& question) const;
  // CONFIG_NOT_FOUND, CONFIG_BULK_EMPTY_SELECTION; of each node in turn NODE_NOT_FOUND, NODE_CONFIG_MISMATCH, NODE_DISABLED;
  // then CONFIG_BULK_NODE_NOT_READY with every node that has nothing staged.
  ConfigPackageMade create(const domain::Actor& actor, const ConfigPackageWrite& write) const;
  // The ZIP file. CONFIG_BULK_PACKAGE_NOT_FOUND.
  std::string content(std::string_view package_id) const;

 private:
  MeshDeps deps_;
  Clock clock_;
};

}  // namespace loomgate::services

namespace loomgate::json {

template <>
struct Describe<services::ConfigPackageWrite> {
  static const Shape<services::ConfigPackageWrite>& shape();
};
template <>
struct Describe<services::BulkQuestion> {
  static const Shape<services::BulkQuestion>& shape();
};
template <>
struct Describe<services::ConfigPackageMade> {
  static const Shape<services::ConfigPackageMade>& shape();
};

}  // namespace loomgate::json
