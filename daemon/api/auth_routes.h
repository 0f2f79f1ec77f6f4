// SPDX-License-Identifier: Apache-2.0
// Set-up, login, session and password (spec http-api 6.1, auth 2), and who a request's bearer is.
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/auth.h"

namespace loomgate::api {

std::vector<http::Route> auth_routes(services::AuthService& auth);
// Development API (spec http-api 7.4): only where the operator switched it on.
std::vector<http::Route> development_routes(services::AuthService& auth);

// For http::Hooks: the principal of an admin route, or the contract's 428 and 401s.
http::Principal authenticate(services::AuthService& auth, const http::Context& context);

}  // namespace loomgate::api
