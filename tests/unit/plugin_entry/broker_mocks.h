// SPDX-License-Identifier: Apache-2.0
// The functions that Mosquitto offers to plugins, mocked. What a test says with will_return() and expect_*() decides
// over registering and kicking; log lines and publishes are kept; a client object is what the test makes of it.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "plugin/mosquitto/broker_api.h"

struct mosquitto {
  const char* id = nullptr;
  const char* username = nullptr;
  const char* address = "192.0.2.7";
  bool throws = false;  // its accessors fail as no real ones do
};

namespace loomgate::plugin_entry_tests {

struct Broker {
  std::map<int, MOSQ_FUNC_generic_callback> callbacks;  // by event
  void* user_data = nullptr;
  std::vector<std::string> log;
  std::map<std::string, std::string> published;
  bool publishing_throws = false;

  bool logged(const std::string& text) const;
};

Broker& broker();

}  // namespace loomgate::plugin_entry_tests
