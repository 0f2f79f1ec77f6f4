// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/config_package_routes.h"

#include "daemon/api/actor.h"
#include "daemon/base/error_codes.h"
#include "daemon/services/download_tokens.h"

namespace loomgate::api {
namespace {

using http::Context;
using projections::BulkOptions;
using services::BulkQuestion;
using services::ConfigPackageMade;
using services::ConfigPackageService;
using services::ConfigPackageWrite;

const std::string kBulkPath = "/api/v1/tools/download/config-bulk";

http::Route options_route(ConfigPackageService& packages) {
  return {.method = "GET",
          .path = kBulkPath + "/options",
          .summary = "Which configs and nodes can be downloaded in bulk",
          .query = json::shape<BulkQuestion>(),
          .response = json::shape<BulkOptions>(),
          .errors = {errors::kConfigNotFound},
          .handler = [&packages](const Context& context) {
            return http::ok(packages.options(context.query<BulkQuestion>()));
          }};
}

http::Route create_route(ConfigPackageService& packages) {
  return {.method = "POST",
          .path = kBulkPath + "/package",
          .summary = "Pack the staged texts of chosen nodes into a ZIP file",
          .request = json::shape<ConfigPackageWrite>(),
          .response = json::shape<ConfigPackageMade>(),
          .errors = {errors::kConfigNotFound, errors::kConfigBulkEmptySelection, errors::kNodeNotFound,
                     errors::kNodeConfigMismatch, errors::kNodeDisabled, errors::kConfigBulkNodeNotReady},
          .handler = [&packages](const Context& context) {
            const auto write = context.body<ConfigPackageWrite>();
            return http::ok(packages.create(actor_of(context), write));
          }};
}

http::Route download_route(ConfigPackageService& packages, const std::string& path) {
  return {.method = "GET",
          .path = path,
          .access = http::Access::kAdminOrToken,
          .summary = "Download the packed configs",
          .file = http::FileToken{services::kConfigPackageFile, "package_id"},
          .errors = {errors::kConfigBulkPackageNotFound},
          .handler = [&packages](const Context& context) {
            const auto& id = context.path("package_id");
            return http::download(packages.content(id), "application/zip", id + ".zip");
          }};
}

}  // namespace

std::vector<http::Route> config_package_routes(ConfigPackageService& packages) {
  // Consoles before 1.0.0-rc.6 ask for the second path.
  return {options_route(packages), create_route(packages), download_route(packages, kBulkPath + "/package/{package_id}"),
          download_route(packages, kBulkPath + "/{package_id}")};
}

}  // namespace loomgate::api
