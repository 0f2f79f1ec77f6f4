// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/client_package_routes.h"

#include "daemon/base/error_codes.h"

namespace loomgate::api {
namespace {

using http::Context;
using services::ClientArtifact;
using services::ClientArtifactWrite;
using services::ClientOptions;
using services::ClientPackageService;

const std::string kArtifactsPath = "/api/v1/tools/download/client-artifacts";

http::Route artifact_route(ClientPackageService& packages, const char* name, const char* summary,
                           ClientArtifact (ClientPackageService::*make)(const ClientArtifactWrite&)) {
  return {.method = "POST",
          .path = kArtifactsPath + "/" + name,
          .summary = summary,
          .request = json::shape<ClientArtifactWrite>(),
          .response = json::shape<ClientArtifact>(),
          .errors = {errors::kMqttDisabled, errors::kInvalidDownloadSource, errors::kInvalidClientSystem,
                     errors::kInvalidClientArch, errors::kClientSourceNotFound, errors::kGithubReleaseAssetNotFound},
          .handler = [&packages, make](const Context& context) {
            packages.require_mqtt();
            return http::ok((packages.*make)(context.body<ClientArtifactWrite>()));
          }};
}

}  // namespace

std::vector<http::Route> client_package_routes(ClientPackageService& packages) {
  return {{.method = "GET",
           .path = "/api/v1/tools/download/client-options",
           .summary = "Which client programs can be downloaded",
           .response = json::shape<ClientOptions>(),
           .errors = {errors::kMqttDisabled},
           .handler = [&packages](const Context&) { return http::ok(packages.options()); }},
          artifact_route(packages, "build", "Pack the client programs of one system", &ClientPackageService::build),
          artifact_route(packages, "download-grant", "Pack them, with a link that needs no login",
                         &ClientPackageService::grant),
          {.method = "GET",
           .path = kArtifactsPath + "/{artifact_id}",
           .access = http::Access::kAdminOrToken,
           .summary = "Download packed client programs",
           .file = http::FileToken{services::kClientArtifactFile, "artifact_id"},
           .errors = {errors::kMqttDisabled, errors::kClientArtifactNotFound},
           .handler = [&packages](const Context& context) {
             const auto& id = context.path("artifact_id");
             return http::download(packages.content(id), "application/zip", id + ".zip");
           }}};
}

}  // namespace loomgate::api
