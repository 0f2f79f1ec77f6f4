// SPDX-License-Identifier: Apache-2.0
// Routes of port forwards (spec http-api 6.10).
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/port_forwards.h"

namespace loomgate::api {

std::vector<http::Route> port_forward_routes(services::PortForwardService& forwards);

}  // namespace loomgate::api
