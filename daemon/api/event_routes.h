// SPDX-License-Identifier: Apache-2.0
// GET /api/v1/events/stream (spec http-api 9).
#pragma once

#include <vector>

#include "daemon/events/event_service.h"
#include "daemon/http/route.h"

namespace loomgate::api {

std::vector<http::Route> event_routes(events::EventService& events);

}  // namespace loomgate::api
