// SPDX-License-Identifier: Apache-2.0
// The few MQTT 5 packets a load needs, written and read by hand: a client library would cost more than the broker under test.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loomgate::bench {

inline constexpr std::uint8_t kConnack = 2;
inline constexpr std::uint8_t kPublish = 3;
inline constexpr std::uint8_t kPuback = 4;
inline constexpr std::uint8_t kSuback = 9;

struct Identity {
  std::string username;
  std::string password;
  std::string client_id;
};

// What CONNECT says of the session; it always ends with the connection.
struct Session {
  bool clean_start = true;
  std::uint16_t keep_alive = 600;  // seconds; far beyond most runs, so that nobody has to ping
  std::string will_topic{};        // empty: no will
  std::string will_payload{};
};

// Each appends one packet to `out`.
void write_connect(std::string& out, const Identity& identity, const Session& session);
void write_subscribe(std::string& out, std::uint16_t packet_id, const std::vector<std::string>& filters, int qos);
void write_publish(std::string& out, std::uint16_t packet_id, std::string_view topic, int qos, std::string_view payload);
void write_puback(std::string& out, std::uint16_t packet_id);
void write_pingreq(std::string& out);
void write_disconnect(std::string& out);

struct Packet {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::string_view body;
};

// Takes the first whole packet off `bytes`; nothing while it is incomplete. Throws std::runtime_error for nonsense.
std::optional<Packet> take_packet(std::string_view& bytes);

// Reason code of a CONNACK or PUBACK, the worst one of a SUBACK; below 0x80 is success.
std::uint8_t reason_of(const Packet& packet);
// Packet id of a PUBLISH (0 for QoS 0) or a PUBACK.
std::uint16_t packet_id_of(const Packet& packet);
int qos_of(const Packet& publish);

struct Message {
  std::string_view topic;
  std::string_view payload;
};
Message message_of(const Packet& publish);

}  // namespace loomgate::bench
