// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/packets.h"

#include <algorithm>
#include <stdexcept>

namespace loomgate::bench {
namespace {

char low_byte(std::size_t value) { return static_cast<char>(value & 0xff); }

void put_u16(std::string& out, std::size_t value) {
  out += low_byte(value >> 8);
  out += low_byte(value);
}

void put_text(std::string& out, std::string_view text) {
  put_u16(out, text.size());
  out += text;
}

void put_packet(std::string& out, int first_byte, std::string_view body) {
  out += static_cast<char>(first_byte);
  std::size_t left = body.size();
  do {
    const std::size_t digit = left % 128;
    left /= 128;
    out += low_byte(left > 0 ? digit | 0x80 : digit);
  } while (left > 0);
  out += body;
}

std::size_t byte_at(std::string_view bytes, std::size_t index) {
  if (index >= bytes.size()) throw std::runtime_error("the broker sent a packet that is too short");
  return static_cast<unsigned char>(bytes[index]);
}

std::uint16_t u16_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint16_t>(byte_at(bytes, index) << 8 | byte_at(bytes, index + 1));
}

// What follows the properties that begin at `index`. The broker never sends 128 bytes of them.
std::string_view after_properties(std::string_view bytes, std::size_t index) {
  const std::size_t end = index + 1 + byte_at(bytes, index);
  if (end > bytes.size()) throw std::runtime_error("the broker sent a packet that is too short");
  return bytes.substr(end);
}

}  // namespace

void write_connect(std::string& out, const Identity& identity, const Session& session) {
  constexpr unsigned kUserNameAndPassword = 0xc0, kWillWithQos1 = 0x0c, kCleanStart = 0x02;
  const bool has_will = !session.will_topic.empty();
  std::string body;
  put_text(body, "MQTT");
  body += '\x05';
  body += low_byte(kUserNameAndPassword | (has_will ? kWillWithQos1 : 0) | (session.clean_start ? kCleanStart : 0));
  put_u16(body, session.keep_alive);
  body += '\0';  // no properties: the session ends with the connection
  put_text(body, identity.client_id);
  if (has_will) {
    body += '\0';
    put_text(body, session.will_topic);
    put_text(body, session.will_payload);
  }
  put_text(body, identity.username);
  put_text(body, identity.password);
  put_packet(out, 0x10, body);
}

void write_subscribe(std::string& out, std::uint16_t packet_id, const std::vector<std::string>& filters, int qos) {
  std::string body;
  put_u16(body, packet_id);
  body += '\0';
  for (const auto& filter : filters) {
    put_text(body, filter);
    body += static_cast<char>(qos);
  }
  put_packet(out, 0x82, body);
}

void write_publish(std::string& out, std::uint16_t packet_id, std::string_view topic, int qos, std::string_view payload) {
  std::string body;
  put_text(body, topic);
  if (qos > 0) put_u16(body, packet_id);
  body += '\0';
  body += payload;
  put_packet(out, 0x30 | qos << 1, body);
}

void write_puback(std::string& out, std::uint16_t packet_id) {
  std::string body;
  put_u16(body, packet_id);
  put_packet(out, 0x40, body);
}

void write_pingreq(std::string& out) { put_packet(out, 0xc0, ""); }

void write_disconnect(std::string& out) { put_packet(out, 0xe0, ""); }

std::optional<Packet> take_packet(std::string_view& bytes) {
  std::size_t length = 0;
  std::size_t position = 1;
  for (int shift = 0;; shift += 7, ++position) {
    if (position >= bytes.size()) return std::nullopt;
    if (shift > 21) throw std::runtime_error("the broker sent a packet of impossible length");
    const std::size_t digit = byte_at(bytes, position);
    length |= (digit & 0x7f) << shift;
    if ((digit & 0x80) == 0) break;
  }
  ++position;
  if (bytes.size() - position < length) return std::nullopt;
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  const Packet packet{static_cast<std::uint8_t>(first >> 4), static_cast<std::uint8_t>(first & 0x0f), bytes.substr(position, length)};
  bytes.remove_prefix(position + length);
  return packet;
}

std::uint8_t reason_of(const Packet& packet) {
  switch (packet.type) {
    case kConnack:
      return static_cast<std::uint8_t>(byte_at(packet.body, 1));
    case kPuback:
      return packet.body.size() < 3 ? std::uint8_t{0} : static_cast<std::uint8_t>(byte_at(packet.body, 2));
    default: {  // SUBACK: packet id, properties, one reason for each filter
      const auto reasons = after_properties(packet.body, 2);
      if (reasons.empty()) throw std::runtime_error("the broker sent a SUBACK without a reason");
      return std::ranges::max(std::vector<std::uint8_t>(reasons.begin(), reasons.end()));
    }
  }
}

int qos_of(const Packet& publish) { return publish.flags >> 1 & 3; }

std::uint16_t packet_id_of(const Packet& packet) {
  if (packet.type == kPuback) return u16_at(packet.body, 0);
  return qos_of(packet) == 0 ? std::uint16_t{0} : u16_at(packet.body, std::size_t{2} + u16_at(packet.body, 0));
}

Message message_of(const Packet& publish) {
  const std::size_t topic_length = u16_at(publish.body, 0);
  const std::size_t properties = 2 + topic_length + (qos_of(publish) > 0 ? 2 : 0);
  return {publish.body.substr(2, topic_length), after_properties(publish.body, properties)};
}

}  // namespace loomgate::bench
