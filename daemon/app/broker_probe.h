// SPDX-License-Identifier: Apache-2.0
// Is there an MQTT broker at an address? Says hello without credentials and reads the first answer. For the doctor
// only.
#pragma once

#include <chrono>
#include <string>

#include "daemon/app/settings.h"

namespace loomgate::app {

enum class BrokerAnswer {
  kUnreachable,  // no TCP connection
  kSilent,       // connected, no MQTT answer in time
  kRefused,      // CONNACK with a failure: what a broker that wants credentials says
  kWelcomed,     // CONNACK 0: it takes anybody
};

struct BrokerProbe {
  BrokerAnswer answer = BrokerAnswer::kUnreachable;
  std::string reason;  // of an unreachable broker
};

// With `hello` false (TLS) only the TCP connection is tried: kSilent then means that it stands.
BrokerProbe probe_broker(const Address& address, bool hello, std::chrono::milliseconds deadline);

}  // namespace loomgate::app
