// SPDX-License-Identifier: Apache-2.0
// Routes of link groups and of the mesh (spec http-api 6.5). The service must outlive the routes.
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/links.h"

namespace loomgate::api {

std::vector<http::Route> link_routes(services::LinkService& links);

}  // namespace loomgate::api
