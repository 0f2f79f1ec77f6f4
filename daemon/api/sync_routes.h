// SPDX-License-Identifier: Apache-2.0
// Routes of previews, staging and the download package (spec http-api 6.5 wg-preview, 6.6). The service must outlive them.
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/sync.h"

namespace loomgate::api {

std::vector<http::Route> sync_routes(services::SyncService& sync);

}  // namespace loomgate::api
