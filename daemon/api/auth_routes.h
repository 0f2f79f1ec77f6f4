// SPDX-License-Identifier: Apache-2.0
// Set-up, login, session and password (spec http-api 6.1, auth 2).
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/auth.h"

namespace loomgate::api {

std::vector<http::Route> auth_routes(services::AuthService& auth);
// Development API (spec http-api 7.4): only where the operator switched it on.
std::vector<http::Route> development_routes(services::AuthService& auth);

}  // namespace loomgate::api
