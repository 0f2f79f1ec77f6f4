// SPDX-License-Identifier: Apache-2.0
// Use cases of tags (spec domain 2.9, http-api 6.4). Tags are in no generated text, so nothing is rendered; browsers are told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"
#include "daemon/projections/node_view.h"
#include "daemon/services/mesh_deps.h"
#include "daemon/store/tags.h"

namespace loomgate::services {

struct TagWrite {
  std::string name;
};
struct TagApplication {
  std::string tag;
  std::vector<std::string> node_ids;
};
struct NodeTagsWrite {
  std::vector<std::string> tags;
};

class TagService {
 public:
  explicit TagService(MeshDeps deps) : deps_(deps) {}

  std::vector<store::TagCount> list(std::string_view config_id) const;
  // A tag that is there already is no error. CONFIG_NOT_FOUND, INVALID_TAG.
  store::TagCount create(const domain::Actor& actor, std::string_view config_id, const TagWrite& write) const;
  // The nodes in the order of the request. CONFIG_NOT_FOUND, INVALID_TAG, NODE_CONFIG_MISMATCH with every id that is no
  // node of the config.
  std::vector<projections::NodeView> apply(const domain::Actor& actor, std::string_view config_id,
                                           const TagApplication& application) const;
  // How many nodes carried it. CONFIG_NOT_FOUND, INVALID_TAG.
  int remove(const domain::Actor& actor, std::string_view config_id, std::string_view tag) const;

  // NODE_NOT_FOUND.
  projections::NodeView replace_of_node(const domain::Actor& actor, std::string_view node_id,
                                        const NodeTagsWrite& write) const;
  // A tag that the node does not carry is no error. NODE_NOT_FOUND, INVALID_TAG.
  projections::NodeView remove_from_node(const domain::Actor& actor, std::string_view node_id,
                                         std::string_view tag) const;

 private:
  MeshDeps deps_;
};

}  // namespace loomgate::services

namespace loomgate::json {

template <>
struct Describe<store::TagCount> {
  static const Shape<store::TagCount>& shape();
};
template <>
struct Describe<services::TagWrite> {
  static const Shape<services::TagWrite>& shape();
};
template <>
struct Describe<services::TagApplication> {
  static const Shape<services::TagApplication>& shape();
};
template <>
struct Describe<services::NodeTagsWrite> {
  static const Shape<services::NodeTagsWrite>& shape();
};

}  // namespace loomgate::json
