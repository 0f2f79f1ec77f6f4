// SPDX-License-Identifier: Apache-2.0
// The broker address that devices get at bind (spec http-api 6.8, environment 2.5): what is stored, else what the environment
// says. The daemon's own broker connection has nothing to do with it. With MQTT off everything throws MQTT_DISABLED.
#pragma once

#include <atomic>
#include <string>

#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"
#include "daemon/services/device_address.h"
#include "sql/pg/pool.h"

namespace loomgate::services {

// Replaces all three; an empty host means the host of the environment.
struct MqttSettingsWrite {
  std::string host;
  int port = 8883;
  bool tls = true;
};

struct MqttReach {
  bool success = false;
  std::string message;
  int latency_ms = 0;  // until the connection stood, its TLS included; or until it was given up
};

class MqttSettingsService {
 public:
  MqttSettingsService(bool mqtt_enabled, DeviceAddressDefaults defaults, pg::Pool& pool)
      : mqtt_enabled_(mqtt_enabled), defaults_(std::move(defaults)), pool_(pool) {}

  void require_mqtt() const;
  DeviceAddress get() const;
  DeviceAddress put(const domain::Actor& actor, const MqttSettingsWrite& write) const;
  DeviceAddress reset(const domain::Actor& actor) const;
  // Connects, shakes hands with `tls` (no certificate is checked) and hangs up, within three seconds. Failures are answers.
  // A caller waits meanwhile, so only two tests run at a time; more are told to come back.
  MqttReach test(const MqttSettingsWrite& write) const;

 private:
  const bool mqtt_enabled_;
  const DeviceAddressDefaults defaults_;
  pg::Pool& pool_;
  mutable std::atomic<int> tests_running_{0};
};

}  // namespace loomgate::services

namespace loomgate::json {

template <>
struct Describe<services::DeviceAddress> {
  static const Shape<services::DeviceAddress>& shape();
};
template <>
struct Describe<services::MqttSettingsWrite> {
  static const Shape<services::MqttSettingsWrite>& shape();
};
template <>
struct Describe<services::MqttReach> {
  static const Shape<services::MqttReach>& shape();
};

}  // namespace loomgate::json
