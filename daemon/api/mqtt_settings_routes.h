// SPDX-License-Identifier: Apache-2.0
// Routes of the address that devices dial (spec http-api 6.8).
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/mqtt_settings.h"

namespace loomgate::api {

std::vector<http::Route> mqtt_settings_routes(services::MqttSettingsService& mqtt);

}  // namespace loomgate::api
