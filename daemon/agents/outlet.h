// SPDX-License-Identifier: Apache-2.0
// Where commands and questions leave for the devices: the MQTT session, or a replayed conversation in the tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace loomgate::agents {

enum class PublishOutcome {
  kAccepted,       // PUBACK, somebody subscribes
  kNoSubscribers,  // PUBACK 0x10: the device is not connected
  kRefused,        // PUBACK >= 0x80
  kLinkLost,       // no PUBACK: it may or may not have reached the broker
};

struct PublishResult {
  std::uint64_t ticket = 0;
  PublishOutcome outcome = PublishOutcome::kAccepted;
  int reason_code = 0;
};

class Outlet {
 public:
  virtual ~Outlet() = default;

  virtual bool connected() const = 0;
  // Queues a QoS 1 publish, retain 0. What became of it is reported exactly once under the ticket, later; without a
  // connection that is kLinkLost.
  virtual void publish(std::uint64_t ticket, std::string topic, std::string payload, std::chrono::seconds expiry) = 0;
};

}  // namespace loomgate::agents
