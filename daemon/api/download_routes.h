// SPDX-License-Identifier: Apache-2.0
// A link to the config text of one node that works without a login (spec http-api 6.6, downloads 4).
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/download_tokens.h"
#include "daemon/services/sync.h"

namespace loomgate::api {

std::vector<http::Route> download_routes(services::SyncService& sync, services::DownloadTokenService& tokens);

}  // namespace loomgate::api
