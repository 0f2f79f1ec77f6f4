// SPDX-License-Identifier: Apache-2.0
// Routes of AmneziaWG values that are not saved yet (spec http-api 6.2, 6.3, 8).
#pragma once

#include <vector>

#include "daemon/http/route.h"

namespace loomgate::api {

// What a route that reads or writes AmneziaWG values may answer.
std::vector<ErrorCode> awg_errors();

// Bodies with the values of all nodes of a large config: 3 KiB a node at most.
inline constexpr std::size_t kDraftBodyLimit = std::size_t{4} << 20;

std::vector<http::Route> awg_routes();

}  // namespace loomgate::api
