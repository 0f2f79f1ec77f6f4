// SPDX-License-Identifier: Apache-2.0
// Routes of client packages (spec http-api 6.9). MQTT_DISABLED comes before anything a request says.
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/client_packages.h"

namespace loomgate::api {

std::vector<http::Route> client_package_routes(services::ClientPackageService& packages);

}  // namespace loomgate::api
