// SPDX-License-Identifier: Apache-2.0
// The few MQTT 5 packets that an agent and a stand-in broker exchange, byte for byte under the test's control: no
// library lets a test decide when a PUBACK leaves, or connects without properties.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loomgate::harness::mqtt {

enum class Type {
  kConnect = 1,
  kConnack,
  kPublish,
  kPuback,
  kSubscribe = 8,
  kSuback,
  kPingreq = 12,
  kPingresp,
  kDisconnect
};

struct Packet {
  std::uint8_t first = 0;  // type and flags
  std::string body;
  Type type() const { return static_cast<Type>(first >> 4); }
};

// Cuts a byte stream into packets.
class PacketReader {
 public:
  void feed(std::string_view bytes) { buffer_ += bytes; }
  std::optional<Packet> next();

 private:
  std::string buffer_;
};

struct Will {
  std::string topic;
  std::string payload;
};
struct Connect {
  std::string client_id;
  std::string username;
  std::string password;
  int keep_alive = 60;
  std::optional<Will> will;  // QoS 1, retain 0
};
struct Publish {
  std::string topic;
  std::string payload;
  int qos = 1;
  bool retain = false;
  bool duplicate = false;
  std::uint16_t packet_id = 0;
  bool has_expiry = false;  // Message Expiry Interval is among the properties
};

std::string write_connect(const Connect& connect);  // Clean Start 0, no properties
std::string write_connack(bool session_present, std::uint8_t reason = 0);
std::string write_subscribe(std::uint16_t packet_id, const std::vector<std::string>& filters);  // QoS 1
std::string write_suback(std::uint16_t packet_id, const std::vector<std::uint8_t>& reasons);
std::string write_publish(const Publish& publish);
std::string write_puback(std::uint16_t packet_id, std::uint8_t reason = 0);
std::string write_pingreq();
std::string write_pingresp();
std::string write_disconnect(std::uint8_t reason = 0);

Publish read_publish(const Packet& packet);
struct Ack {
  std::uint16_t packet_id = 0;
  std::uint8_t reason = 0;
};
Ack read_puback(const Packet& packet);
struct Connack {
  bool session_present = false;
  std::uint8_t reason = 0;
};
Connack read_connack(const Packet& packet);
struct Subscribe {
  std::uint16_t packet_id = 0;
  std::vector<std::string> filters;
};
Subscribe read_subscribe(const Packet& packet);
std::vector<std::uint8_t> read_suback(const Packet& packet);

}  // namespace loomgate::harness::mqtt
