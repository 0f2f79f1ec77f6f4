// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/tags.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "daemon/base/error_codes.h"
#include "daemon/domain/text.h"
#include "daemon/services/input_rules.h"
#include "daemon/services/lookups.h"
#include "daemon/store/audit.h"
#include "daemon/store/changes.h"
#include "daemon/store/configs.h"
#include "daemon/store/nodes.h"

namespace loomgate::services {
namespace {

std::string require_tag(std::string_view sent) {
  const auto tag = domain::trim(sent);
  if (tag.empty()) throw Error(errors::kInvalidTag, "A tag must not be blank");
  return std::string(tag);
}

std::vector<std::string> sorted_unique(std::vector<std::string> tags) {
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return tags;
}

std::vector<std::string> each_once(const std::vector<std::string>& ids) {
  std::vector<std::string> unique;
  std::unordered_set<std::string_view> seen;
  for (const auto& id : ids) {
    if (!id.empty() && seen.insert(id).second) unique.push_back(id);
  }
  return unique;
}

void announce(pg::Transaction& transaction, const std::string& config_id, const std::vector<std::string>& node_ids) {
  std::vector<store::Change> changes{{"config.overview", config_id, "", ""}};
  for (const auto& node_id : node_ids) changes.push_back({"node.workspace", config_id, node_id, ""});
  store::add_changes(transaction, changes);
}

void require_nodes_of(pg::Connection& connection, const domain::Config& config, const std::vector<std::string>& ids) {
  const auto outside = store::ids_outside(connection, config.id, ids);
  if (outside.empty()) return;
  throw Error(errors::kNodeConfigMismatch, "Some nodes do not belong to this config",
              json::Json::object({{"node_ids", json::Json(outside)}}));
}

std::vector<projections::NodeView> views_in_order(pg::Connection& connection, const MeshDeps& deps,
                                                  const std::vector<std::string>& ids) {
  auto views = projections::view_nodes(connection, store::nodes_by_id(connection, ids, &deps.sealer), deps.mqtt_enabled);
  std::unordered_map<std::string_view, std::size_t> place;
  for (std::size_t i = 0; i < ids.size(); ++i) place.emplace(ids[i], i);
  std::sort(views.begin(), views.end(), [&place](const auto& left, const auto& right) {
    return place.at(left.node.id) < place.at(right.node.id);
  });
  return views;
}

domain::Config lock_config_of(pg::Transaction& transaction, std::string_view node_id) {
  auto config = store::lock_config_of_node(transaction, node_id);
  if (!config) throw Error(errors::kNodeNotFound, "Node not found", json::Json::object({{"node_id", node_id}}));
  return std::move(*config);
}

// After a node's own list changed.
projections::NodeView finish(pg::Transaction& transaction, const MeshDeps& deps, const domain::Actor& actor,
                             const domain::Config& config, std::string_view node_id, const char* summary) {
  announce(transaction, config.id, {std::string(node_id)});
  auto node = require_node(transaction.connection(), node_id, &deps.sealer);
  store::add_audit(transaction, actor, {"node.tags", config.id, node.id, node.name, summary});
  return projections::view_node(transaction.connection(), std::move(node), deps.mqtt_enabled);
}

}  // namespace

std::vector<store::TagCount> TagService::list(std::string_view config_id) const {
  auto connection = deps_.pool.acquire();
  return store::tags_of_config(*connection, require_config(*connection, config_id).id);
}

store::TagCount TagService::create(const domain::Actor& actor, std::string_view config_id, const TagWrite& write) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = require_locked_config(transaction, config_id);
    const auto tag = require_tag(write.name);
    store::register_tags(transaction, config.id, {tag});
    announce(transaction, config.id, {});
    store::add_audit(transaction, actor, {"tag.create", config.id, "", tag, "Tag created"});
    return store::TagCount{tag, store::count_tag(transaction.connection(), config.id, tag)};
  });
}

std::vector<projections::NodeView> TagService::apply(const domain::Actor& actor, std::string_view config_id,
                                                     const TagApplication& application) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) -> std::vector<projections::NodeView> {
    const auto config = require_locked_config(transaction, config_id);
    const auto tag = require_tag(application.tag);
    const auto ids = each_once(application.node_ids);
    if (ids.empty()) return {};
    require_nodes_of(transaction.connection(), config, ids);
    store::register_tags(transaction, config.id, {tag});
    store::add_tag(transaction, ids, tag);
    announce(transaction, config.id, ids);
    store::add_audit(transaction, actor, {"tag.apply", config.id, "", tag, "Tag given to nodes"});
    return views_in_order(transaction.connection(), deps_, ids);
  });
}

int TagService::remove(const domain::Actor& actor, std::string_view config_id, std::string_view sent) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = require_locked_config(transaction, config_id);
    const auto tag = require_tag(sent);
    const auto changed = store::delete_tag(transaction, config.id, tag);
    announce(transaction, config.id, changed);
    store::add_audit(transaction, actor, {"tag.delete", config.id, "", tag, "Tag deleted"});
    return static_cast<int>(changed.size());
  });
}

projections::NodeView TagService::replace_of_node(const domain::Actor& actor, std::string_view node_id,
                                                  const NodeTagsWrite& write) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = lock_config_of(transaction, node_id);
    const auto tags = sorted_unique(write.tags);
    store::register_tags(transaction, config.id, tags);
    store::set_tags(transaction, node_id, tags);
    return finish(transaction, deps_, actor, config, node_id, "Tags replaced");
  });
}

projections::NodeView TagService::remove_from_node(const domain::Actor& actor, std::string_view node_id,
                                                   std::string_view sent) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = lock_config_of(transaction, node_id);
    store::remove_tag(transaction, node_id, require_tag(sent));
    return finish(transaction, deps_, actor, config, node_id, "Tag removed");
  });
}

}  // namespace loomgate::services

namespace loomgate::json {

using services::NodeTagsWrite;
using services::plain_list;
using services::plain_text;
using services::TagApplication;
using services::TagWrite;
using store::TagCount;

const Shape<TagCount>& Describe<TagCount>::shape() {
  static const auto shape = Shape<TagCount>("Tag").field("name", &TagCount::name).field("count", &TagCount::count);
  return shape;
}

const Shape<TagWrite>& Describe<TagWrite>::shape() {
  static const auto shape = Shape<TagWrite>("TagWrite").field("name", &TagWrite::name, plain_text(required_text(1, 64)));
  return shape;
}

const Shape<TagApplication>& Describe<TagApplication>::shape() {
  static const auto shape =
      Shape<TagApplication>("TagApplication")
          .field("tag", &TagApplication::tag, plain_text(required_text(1, 64)))
          .field("node_ids", &TagApplication::node_ids, text_list().nullable().defaults(Json::array()));
  return shape;
}

const Shape<NodeTagsWrite>& Describe<NodeTagsWrite>::shape() {
  static const auto shape = Shape<NodeTagsWrite>("NodeTagsWrite")
                                .field("tags", &NodeTagsWrite::tags,
                                       plain_list(text_list(), 64).nullable().defaults(Json::array()));
  return shape;
}

}  // namespace loomgate::json
