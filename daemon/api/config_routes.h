// SPDX-License-Identifier: Apache-2.0
// Routes of configs (spec http-api 6.2). The service must outlive the routes.
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/configs.h"

namespace loomgate::api {

std::vector<http::Route> config_routes(services::ConfigService& configs);

}  // namespace loomgate::api
