// SPDX-License-Identifier: Apache-2.0
// MqttService of spec http-api 4.6: the state of the deployment's MQTT session as the console shows it.
#pragma once

#include <optional>
#include <string>

#include "daemon/base/time.h"

namespace loomgate::domain {

struct MqttServiceStatus {
  bool enabled = false;
  bool connected = false;
  std::string status = "disabled";  // disabled, connecting, connected, error
  std::string last_error;
  std::optional<Timestamp> last_connected_at;
};

}  // namespace loomgate::domain
