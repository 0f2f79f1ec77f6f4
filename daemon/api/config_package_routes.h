// SPDX-License-Identifier: Apache-2.0
// Routes of bulk downloads (spec http-api 6.9).
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/config_packages.h"

namespace loomgate::api {

std::vector<http::Route> config_package_routes(services::ConfigPackageService& packages);

}  // namespace loomgate::api
