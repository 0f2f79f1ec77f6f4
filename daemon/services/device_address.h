// SPDX-License-Identifier: Apache-2.0
// The broker address that devices are told to dial (spec environment 2.5): the stored setting "mqtt_client", a JSON
// object
// {"host", "port", "tls"}, wins over what the environment says. Changing it affects later binds only.
#pragma once

#include <string>

#include "sql/pg/connection.h"

namespace loomgate::services {

struct DeviceAddressDefaults {
  std::string host = "localhost";  // host part of the public origin
  int plain_port = 1883;
  int tls_port = 8883;
  bool tls = false;
};

struct DeviceAddress {
  std::string host;
  int port = 0;
  bool tls = false;
};

inline constexpr const char* kDeviceAddressKey = "mqtt_client";

DeviceAddress effective_device_address(pg::Connection& connection, const DeviceAddressDefaults& defaults);

}  // namespace loomgate::services
