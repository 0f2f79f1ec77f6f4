// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/tag_routes.h"

#include "daemon/api/actor.h"
#include "daemon/base/error_codes.h"
#include "daemon/base/validation.h"
#include "daemon/domain/text.h"

namespace loomgate::api {

struct TagDeletion {
  std::string message = "Tag deleted";
  int removed_count = 0;
};

}  // namespace loomgate::api

namespace loomgate::json {

template <>
struct Describe<api::TagDeletion> {
  static const Shape<api::TagDeletion>& shape() {
    static const auto shape = Shape<api::TagDeletion>("TagDeletion")
                                  .field("message", &api::TagDeletion::message)
                                  .field("removed_count", &api::TagDeletion::removed_count);
    return shape;
  }
};

}  // namespace loomgate::json

namespace loomgate::api {
namespace {

using projections::NodeView;
using services::NodeTagsWrite;
using services::TagApplication;
using services::TagService;
using services::TagWrite;
using store::TagCount;

// Whether it is blank is the service's to say.
const std::string& tag_in_path(const http::Context& context) {
  constexpr std::size_t kLongest = 64;
  const auto& tag = context.path("tag_name");
  if (domain::count_code_points(tag) <= kLongest) return tag;
  json::Problems problems;
  problems.push_back({.type = "string_too_long",
                      .location = {std::string("path"), std::string("tag_name")},
                      .message = "String should have at most 64 characters",
                      .context = json::Json::object({{"max_length", 64}})});
  throw validation_error(problems);
}

http::Route list_route(TagService& tags) {
  return {.method = "GET",
          .path = "/api/v1/configs/{config_id}/tags",
          .summary = "List the tags of a config by name",
          .response = json::list(json::shape<TagCount>()),
          .errors = {errors::kConfigNotFound},
          .handler = [&tags](const http::Context& context) { return http::ok(tags.list(context.path("config_id"))); }};
}

http::Route create_route(TagService& tags) {
  return {.method = "POST",
          .path = "/api/v1/configs/{config_id}/tags",
          .summary = "Register a tag",
          .request = json::shape<TagWrite>(),
          .response = json::shape<TagCount>(),
          .errors = {errors::kConfigNotFound, errors::kInvalidTag},
          .handler = [&tags](const http::Context& context) {
            const auto write = context.body<TagWrite>();
            return http::ok(tags.create(actor_of(context), context.path("config_id"), write));
          }};
}

http::Route apply_route(TagService& tags) {
  return {.method = "POST",
          .path = "/api/v1/configs/{config_id}/tags/apply",
          .summary = "Give a tag to nodes",
          .request = json::shape<TagApplication>(),
          .response = json::list(json::shape<NodeView>()),
          .errors = {errors::kConfigNotFound, errors::kInvalidTag, errors::kNodeConfigMismatch},
          .handler = [&tags](const http::Context& context) {
            const auto application = context.body<TagApplication>();
            return http::ok(tags.apply(actor_of(context), context.path("config_id"), application));
          }};
}

http::Route delete_route(TagService& tags) {
  return {.method = "DELETE",
          .path = "/api/v1/configs/{config_id}/tags/{tag_name}",
          .summary = "Delete a tag from a config and from its nodes",
          .response = json::shape<TagDeletion>(),
          .errors = {errors::kConfigNotFound, errors::kInvalidTag, errors::kValidationError},
          .handler = [&tags](const http::Context& context) {
            TagDeletion deletion;
            deletion.removed_count = tags.remove(actor_of(context), context.path("config_id"), tag_in_path(context));
            return http::ok(deletion);
          }};
}

http::Route replace_of_node_route(TagService& tags) {
  return {.method = "PUT",
          .path = "/api/v1/nodes/{node_id}/tags",
          .summary = "Set the tags of a node",
          .request = json::shape<NodeTagsWrite>(),
          .response = json::shape<NodeView>(),
          .errors = {errors::kNodeNotFound},
          .handler = [&tags](const http::Context& context) {
            const auto write = context.body<NodeTagsWrite>();
            return http::ok(tags.replace_of_node(actor_of(context), context.path("node_id"), write));
          }};
}

http::Route remove_from_node_route(TagService& tags) {
  return {.method = "DELETE",
          .path = "/api/v1/nodes/{node_id}/tags/{tag_name}",
          .summary = "Take a tag from a node",
          .response = json::shape<NodeView>(),
          .errors = {errors::kNodeNotFound, errors::kInvalidTag, errors::kValidationError},
          .handler = [&tags](const http::Context& context) {
            return http::ok(tags.remove_from_node(actor_of(context), context.path("node_id"), tag_in_path(context)));
          }};
}

}  // namespace

std::vector<http::Route> tag_routes(TagService& tags) {
  return {list_route(tags),   create_route(tags),          apply_route(tags),
          delete_route(tags), replace_of_node_route(tags), remove_from_node_route(tags)};
}

}  // namespace loomgate::api
