// SPDX-License-Identifier: Apache-2.0
// A node's device: status, logs, commands (spec http-api 6.7).
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/endpoint.h"

namespace loomgate::api {

std::vector<http::Route> endpoint_routes(services::EndpointService& endpoint);

}  // namespace loomgate::api
