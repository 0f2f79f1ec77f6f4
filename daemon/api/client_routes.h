// SPDX-License-Identifier: Apache-2.0
// Binding a device (spec http-api 6.7, 7.1): the console's side and the device's side.
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/bind.h"
#include "daemon/services/endpoint.h"

namespace loomgate::api {

std::vector<http::Route> client_routes(services::BindService& bind, services::EndpointService& endpoint);

}  // namespace loomgate::api
