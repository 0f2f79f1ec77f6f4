// SPDX-License-Identifier: Apache-2.0
// Spec http-api 6.4.
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/tags.h"

namespace loomgate::api {

std::vector<http::Route> tag_routes(services::TagService& tags);

}  // namespace loomgate::api
