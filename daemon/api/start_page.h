// SPDX-License-Identifier: Apache-2.0
// The page at "/": what this server is, set-up and login. Its files stand in web/start.
#pragma once

#include <optional>

#include "daemon/http/request.h"
#include "daemon/http/response.h"

namespace loomgate::api {

// For http::Hooks: the file of that path; nullopt for any other path.
std::optional<http::Response> start_page(const http::Request& request);

}  // namespace loomgate::api
