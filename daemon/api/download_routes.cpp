// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/download_routes.h"

#include "daemon/base/error_codes.h"
#include "daemon/base/time_codec.h"
#include "daemon/json/shape.h"

namespace loomgate::api {
namespace {

struct DownloadTokenView {
  std::string access_token;
  std::string token_type = "download";
  Timestamp expires_at{};
  std::string download_path;  // with the token
  std::string filename;
};

}  // namespace
}  // namespace loomgate::api

namespace loomgate::json {

template <>
struct Describe<api::DownloadTokenView> {
  static const Shape<api::DownloadTokenView>& shape() {
    using Link = api::DownloadTokenView;
    static const auto shape = Shape<Link>("DownloadToken")
                                  .field("access_token", &Link::access_token, text().secret())
                                  .field("token_type", &Link::token_type)
                                  .field("expires_at", &Link::expires_at)
                                  .field("download_path", &Link::download_path, text().secret())
                                  .field("filename", &Link::filename);
    return shape;
  }
};

}  // namespace loomgate::json

namespace loomgate::api {
namespace {

using http::Context;
using services::DownloadTokenService;
using services::SyncService;

const std::string kNodePath = "/api/v1/configs/{config_id}/nodes/{node_id}";

std::vector<ErrorCode> node_errors() {
  return {errors::kConfigNotFound, errors::kNodeNotFound, errors::kNodeConfigMismatch, errors::kNodeDisabled,
          errors::kNoStagedConfig};
}

http::Response make_token(SyncService& sync, DownloadTokenService& tokens, const Context& context) {
  const auto package = sync.staged_package(context.path("config_id"), context.path("node_id"));
  auto token = tokens.mint(services::node_config_scope(package.config_id, package.node_id));
  DownloadTokenView view;
  view.download_path = package.download_path + "?download_token=" + token.access_token;
  view.access_token = std::move(token.access_token);
  view.expires_at = token.expires_at;
  view.filename = package.filename;
  return http::ok(view);
}

}  // namespace

std::vector<http::Route> download_routes(SyncService& sync, DownloadTokenService& tokens) {
  return {{.method = "POST",
           .path = kNodePath + "/download-token",
           .summary = "Make a link to a node's staged text that needs no login",
           .response = json::shape<DownloadTokenView>(),
           .errors = node_errors(),
           .handler = [&sync, &tokens](const Context& context) { return make_token(sync, tokens, context); }},
          {.method = "GET",
           .path = kNodePath + "/download-conf",
           .access = http::Access::kToken,
           .summary = "Download a node's staged text",
           .errors = node_errors(),
           .handler = [&sync](const Context& context) {
             auto package = sync.staged_package(context.path("config_id"), context.path("node_id"));
             return http::download(std::move(package.content), "text/plain; charset=utf-8", package.filename);
           }}};
}

}  // namespace loomgate::api
