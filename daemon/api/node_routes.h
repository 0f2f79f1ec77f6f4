// SPDX-License-Identifier: Apache-2.0
// Routes of nodes, keys and virtual IPs (spec http-api 6.3). The service must outlive the routes.
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/nodes.h"

namespace loomgate::api {

std::vector<http::Route> node_routes(services::NodeService& nodes);

}  // namespace loomgate::api
