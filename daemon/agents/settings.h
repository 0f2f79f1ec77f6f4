// SPDX-License-Identifier: Apache-2.0
// What the conversation with devices can be told from outside (spec environment 2.3, mqtt 7 and 8).
#pragma once

#include <chrono>
#include <string>

namespace loomgate::agents {

struct MqttSettings {
  bool enabled = true;             // WFM_ENABLE_MQTT_SERVICES; false = no link, no jobs, status "disabled"
  std::string host = "localhost";  // WFM_MQTT_URL
  int port = 1883;
  bool tls = false;     // mqtts, ssl
  std::string ca_file;  // WFM_MQTT_CA_FILE; empty = the system's store
  bool verify = true;   // false only with WFM_MQTT_TLS_INSECURE
};

struct AgentTimings {
  std::chrono::milliseconds control_deadline{60000};  // start, stop, wg_show (WFM_CONTROL_TIMEOUT_SECONDS)
  std::chrono::milliseconds push_deadline{150000};    // WFM_PUSH_TIMEOUT_SECONDS
  std::chrono::milliseconds catch_up_least{2000};     // a returned device gets what it missed after this ...
  std::chrono::milliseconds catch_up_most{5000};      // ... to this long, spread at random
  std::chrono::milliseconds ttl_interval{60000};
  std::chrono::milliseconds detect_interval{120000};  // between two rounds while a console listens
  std::chrono::milliseconds detect_timeout{10000};
  std::chrono::milliseconds sweep_interval{60000};  // how often forgotten pushes are looked for
  int pushes_per_second = 200;                      // a change of a large mesh is spread
};

}  // namespace loomgate::agents
