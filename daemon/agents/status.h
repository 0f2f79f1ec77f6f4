// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/domain/mqtt_service.h"

namespace loomgate::agents {

using domain::MqttServiceStatus;

}  // namespace loomgate::agents
