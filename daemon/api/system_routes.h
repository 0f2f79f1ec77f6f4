// SPDX-License-Identifier: Apache-2.0
// Health, time zone and the console's preferences (spec http-api 6.8, 6.13), and what probes and Prometheus ask for.
#pragma once

#include <vector>

#include "daemon/http/route.h"
#include "daemon/services/health.h"
#include "daemon/services/system_status.h"
#include "daemon/services/ui_settings.h"

namespace loomgate::api {

std::vector<http::Route> system_routes(services::HealthService& health, services::UiSettingsService& ui);
std::vector<http::Route> status_routes(services::SystemStatusService& status);

}  // namespace loomgate::api
