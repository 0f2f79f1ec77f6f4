// SPDX-License-Identifier: Apache-2.0
// A listening socket that a test plays broker on, packet by packet: for what a real broker does not let one see or
// provoke. One connection at a time; for the test's thread only.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "tests/harness/mqtt_wire.h"

namespace loomgate::harness {

class StandInBroker {
 public:
  StandInBroker();
  ~StandInBroker();
  StandInBroker(const StandInBroker&) = delete;
  StandInBroker& operator=(const StandInBroker&) = delete;

  int port() const { return port_; }
  // False when nobody came in time. Replaces the connection that was there.
  bool accept(std::chrono::milliseconds deadline);
  // Answers CONNECT and SUBSCRIBE; the CONNECT packet as it came, or nullopt.
  std::optional<mqtt::Packet> welcome(bool session_present, std::chrono::milliseconds deadline);
  void send(const std::string& bytes);
  // The next packet of this type; answers pings, skips others. nullopt at the deadline or the end of the connection.
  std::optional<mqtt::Packet> expect(mqtt::Type type, std::chrono::milliseconds deadline);
  // Whether nothing at all arrives for this long.
  bool silent_for(std::chrono::milliseconds time);
  bool peer_closed(std::chrono::milliseconds deadline);
  void hang_up();

 private:
  std::optional<mqtt::Packet> next(std::chrono::milliseconds deadline);

  int listener_ = -1;
  int connection_ = -1;
  int port_ = 0;
  bool closed_ = false;
  mqtt::PacketReader reader_;
};

}  // namespace loomgate::harness
