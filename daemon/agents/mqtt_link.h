// SPDX-License-Identifier: Apache-2.0
// One MQTT 5 session of the daemon (spec mqtt 17). mqtt_link.cpp is the only file that sees libmosquitto.
//
// Nothing is acknowledged before it is safe: the PUBACKs of a batch of incoming QoS 1 messages are written only after
// Handlers::on_batch has returned true, which it does after its database commit. The library queues its PUBACKs while
// it reads (threaded mode) and this class simply does not write meanwhile. A batch that cannot be committed is never
// acknowledged: the link tries it again for kBatchPatience, then cuts the connection without DISCONNECT; the session
// lives on in the broker (Clean Start 0, Session Expiry 3600 s), which delivers everything unacknowledged again.
// Waiting longer would be dishonest: the library writes in one queue, so that a PINGREQ would push the PUBACKs out
// before it.
//
// Connecting is bounded and repeated after 1, 2, 5, 5, ... s with jitter; the first second of a new link tries every
// 100 ms, because the broker may not have heard of a fresh account yet. Every attempt is a new library handle: what was
// published and not acknowledged is reported, and the outbox decides about sending it again, not the library.
//
// Threads: one thread of its own runs everything, and every handler is called on it. publish() and connected() may be
// called from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/agents/outlet.h"
#include "daemon/agents/settings.h"

namespace loomgate::agents {

inline constexpr std::chrono::seconds kSessionExpiry{3600};
inline constexpr std::chrono::seconds kBatchPatience{10};

struct Incoming {
  std::string topic;
  std::string payload;    // empty when oversize
  bool oversize = false;  // the body is longer than kMaxBody and was not kept
};
inline constexpr std::size_t kMaxBody = 1 << 20;

struct LinkAccount {
  std::string client_id;  // also the username
  std::string password;
};

struct LinkHandlers {
  // True once every message of the batch is dealt with for good; false asks for the same batch again.
  std::function<bool(const std::vector<Incoming>&)> on_batch;
  std::function<void(const PublishResult&)> on_published;
  std::function<void(bool session_present)> on_connected;          // subscribed and ready
  std::function<void(const std::string& reason)> on_disconnected;  // also every failed attempt, but not the end
};

class MqttLink : public Outlet {
 public:
  // Starts connecting, and keeps connecting.
  MqttLink(MqttSettings settings, LinkAccount account, std::vector<std::string> filters, LinkHandlers handlers);
  // Ends the connection with a DISCONNECT that keeps the session and returns when no handler runs any more. Not from
  // within a handler. What is not acknowledged by then is reported as kLinkLost.
  ~MqttLink() override;
  MqttLink(const MqttLink&) = delete;
  MqttLink& operator=(const MqttLink&) = delete;

  bool connected() const override;

  // on_published reports what became of it.
  void publish(std::uint64_t ticket, std::string topic, std::string payload, std::chrono::seconds expiry) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loomgate::agents
