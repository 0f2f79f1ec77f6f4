// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/sync_routes.h"

#include "daemon/api/actor.h"
#include "daemon/base/error_codes.h"

namespace loomgate::api {
namespace {

using projections::AppliedConf;
using projections::DownloadPackage;
using projections::SyncStatus;
using projections::WgPreview;
using services::AppliedConfWrite;
using services::ConfigSynced;
using services::NodeSynced;
using services::SyncService;

const std::string kNodePath = "/api/v1/configs/{config_id}/nodes/{node_id}";

std::vector<ErrorCode> node_errors(std::vector<ErrorCode> more = {}) {
  std::vector<ErrorCode> all{errors::kConfigNotFound, errors::kNodeNotFound, errors::kNodeConfigMismatch,
                             errors::kNodeDisabled};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

http::Route config_status_route(SyncService& sync) {
  return {.method = "GET",
          .path = "/api/v1/configs/{config_id}/sync-status",
          .summary = "How far the texts of the enabled nodes have come",
          .response = json::list(json::shape<SyncStatus>()),
          .errors = {errors::kConfigNotFound},
          .handler = [&sync](const http::Context& context) {
            return http::ok(sync.config_status(context.path("config_id")));
          }};
}

// A GET that answers with what one reading use case of one node returns.
template <typename View>
http::Route node_read_route(SyncService& sync, const char* name, const char* summary,
                            View (SyncService::*read)(std::string_view, std::string_view) const) {
  return {.method = "GET",
          .path = kNodePath + "/" + name,
          .summary = summary,
          .response = json::shape<View>(),
          .errors = node_errors(),
          .handler = [&sync, read](const http::Context& context) {
            return http::ok((sync.*read)(context.path("config_id"), context.path("node_id")));
          }};
}

http::Route save_applied_route(SyncService& sync) {
  return {.method = "PUT",
          .path = kNodePath + "/applied-conf",
          .summary = "Stage a text written by hand",
          .request = json::shape<AppliedConfWrite>(),
          .response = json::shape<SyncStatus>(),
          .errors = node_errors(),
          .handler = [&sync](const http::Context& context) {
            const auto write = context.body<AppliedConfWrite>();
            return http::ok(
                sync.save_applied(actor_of(context), context.path("config_id"), context.path("node_id"), write));
          }};
}

http::Route sync_node_route(SyncService& sync) {
  return {.method = "POST",
          .path = kNodePath + "/sync",
          .summary = "Stage the current text of a node",
          .response = json::shape<NodeSynced>(),
          .errors = node_errors({errors::kTopologyInvalid}),
          .handler = [&sync](const http::Context& context) {
            return http::ok(sync.sync_node(actor_of(context), context.path("config_id"), context.path("node_id")));
          }};
}

http::Route sync_all_route(SyncService& sync) {
  return {.method = "POST",
          .path = "/api/v1/configs/{config_id}/sync-all",
          .summary = "Stage the current texts of all enabled nodes",
          .response = json::shape<ConfigSynced>(),
          .errors = {errors::kConfigNotFound, errors::kTopologyInvalid},
          .handler = [&sync](const http::Context& context) {
            return http::ok(sync.sync_all(actor_of(context), context.path("config_id")));
          }};
}

}  // namespace

std::vector<http::Route> sync_routes(SyncService& sync) {
  return {config_status_route(sync),
          node_read_route<SyncStatus>(sync, "sync-status", "How far a node's text has come", &SyncService::node_status),
          node_read_route<WgPreview>(sync, "wg-preview", "Render a node's text now", &SyncService::preview),
          node_read_route<AppliedConf>(sync, "applied-conf", "Read the staged text", &SyncService::applied),
          node_read_route<DownloadPackage>(sync, "download-package", "The staged text with its file name",
                                           &SyncService::package),
          save_applied_route(sync),
          sync_node_route(sync),
          sync_all_route(sync)};
}

}  // namespace loomgate::api
