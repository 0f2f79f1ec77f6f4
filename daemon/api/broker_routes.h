// SPDX-License-Identifier: Apache-2.0
// What a broker asks (spec http-api 7.3): not enveloped, behind x-wfm-internal-key instead of a session.
#pragma once

#include <vector>

#include "daemon/brokers/access_keeper.h"
#include "daemon/http/route.h"

namespace loomgate::api {

std::vector<http::Route> broker_routes(brokers::AccessKeeper& access);

}  // namespace loomgate::api
