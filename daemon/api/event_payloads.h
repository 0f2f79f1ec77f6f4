// SPDX-License-Identifier: Apache-2.0
// What the events of spec http-api 9.5 say: the same projections that the REST reads answer with.
#pragma once

#include <optional>
#include <vector>

#include "daemon/json/json.h"
#include "daemon/services/configs.h"
#include "daemon/services/endpoint.h"
#include "daemon/services/links.h"
#include "daemon/services/mqtt_settings.h"
#include "daemon/services/nodes.h"
#include "daemon/services/sync.h"
#include "daemon/services/system_status.h"
#include "daemon/services/tags.h"
#include "daemon/store/changes.h"

namespace loomgate::api {

struct EventServices {
  services::ConfigService& configs;
  services::NodeService& nodes;
  services::EndpointService& endpoint;
  services::SyncService& sync;
  services::SystemStatusService& system_status;
  services::MqttSettingsService& mqtt;
  services::LinkService& links;
  services::TagService& tags;
};

// One payload for each change, in order; null for what is gone, disabled or not known here.
std::vector<std::optional<json::Json>> event_payloads(const EventServices& services,
                                                      const std::vector<store::Change>& changes);

}  // namespace loomgate::api
