// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/mqtt_wire.h"

#include <stdexcept>

namespace loomgate::harness::mqtt {
namespace {

constexpr std::uint8_t kMessageExpiry = 0x02;

void put_u16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xFF);
}
void put_text(std::string& out, std::string_view text) {
  put_u16(out, text.size());
  out += text;
}
void put_length(std::string& out, std::size_t value) {
  do {
    auto digit = static_cast<std::uint8_t>(value % 128);
    value /= 128;
    if (value > 0) digit |= 0x80;
    out += static_cast<char>(digit);
  } while (value > 0);
}
std::string framed(unsigned first, const std::string& body) {
  std::string out(1, static_cast<char>(first));
  put_length(out, body.size());
  return out + body;
}

// Reads a packet's body from left to right.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : left_(bytes) {}
  bool done() const { return left_.empty(); }
  std::uint8_t u8() { return static_cast<std::uint8_t>(take(1)[0]); }
  std::uint16_t u16() {
    const unsigned high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
  }
  std::string text() { return std::string(take(u16())); }
  std::size_t length() {
    std::size_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto digit = u8();
      value |= static_cast<std::size_t>(digit & 0x7F) << shift;
      if ((digit & 0x80) == 0) return value;
    }
  }
  std::string_view take(std::size_t count) {
    if (count > left_.size()) throw std::runtime_error("an MQTT packet is shorter than it says");
    const auto taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }
  std::string_view rest() { return take(left_.size()); }

 private:
  std::string_view left_;
};

}  // namespace

std::optional<Packet> PacketReader::next() {
  std::size_t length = 0;
  std::size_t at = 1;
  for (unsigned shift = 0;; shift += 7, ++at) {
    if (at >= buffer_.size()) return std::nullopt;
    const auto digit = static_cast<std::uint8_t>(buffer_[at]);
    length |= static_cast<std::size_t>(digit & 0x7F) << shift;
    if ((digit & 0x80) == 0) break;
  }
  ++at;
  if (buffer_.size() < at + length) return std::nullopt;
  Packet packet{static_cast<std::uint8_t>(buffer_[0]), buffer_.substr(at, length)};
  buffer_.erase(0, at + length);
  return packet;
}

std::string write_connect(const Connect& connect) {
  std::string body;
  put_text(body, "MQTT");
  body += '\x05';
  unsigned flags = 0;
  if (connect.will) flags |= 0x04 | 0x08;  // will, QoS 1
  if (!connect.username.empty()) flags |= 0x80;
  if (!connect.password.empty()) flags |= 0x40;
  body += static_cast<char>(flags);
  put_u16(body, static_cast<std::size_t>(connect.keep_alive));
  put_length(body, 0);
  put_text(body, connect.client_id);
  if (connect.will) {
    put_length(body, 0);
    put_text(body, connect.will->topic);
    put_text(body, connect.will->payload);
  }
  if (!connect.username.empty()) put_text(body, connect.username);
  if (!connect.password.empty()) put_text(body, connect.password);
  return framed(0x10, body);
}

std::string write_connack(bool session_present, std::uint8_t reason) {
  std::string body;
  body += static_cast<char>(session_present ? 1 : 0);
  body += static_cast<char>(reason);
  put_length(body, 0);
  return framed(0x20, body);
}

std::string write_subscribe(std::uint16_t packet_id, const std::vector<std::string>& filters) {
  std::string body;
  put_u16(body, packet_id);
  put_length(body, 0);
  for (const auto& filter : filters) {
    put_text(body, filter);
    body += '\x01';
  }
  return framed(0x82, body);
}

std::string write_suback(std::uint16_t packet_id, const std::vector<std::uint8_t>& reasons) {
  std::string body;
  put_u16(body, packet_id);
  put_length(body, 0);
  for (const auto reason : reasons) body += static_cast<char>(reason);
  return framed(0x90, body);
}

std::string write_publish(const Publish& publish) {
  std::string body;
  put_text(body, publish.topic);
  if (publish.qos > 0) put_u16(body, publish.packet_id);
  put_length(body, 0);
  body += publish.payload;
  const unsigned flags =
      (publish.duplicate ? 8U : 0U) | static_cast<unsigned>(publish.qos) << 1 | (publish.retain ? 1U : 0U);
  return framed(0x30 | flags, body);
}

std::string write_puback(std::uint16_t packet_id, std::uint8_t reason) {
  std::string body;
  put_u16(body, packet_id);
  if (reason != 0) body += static_cast<char>(reason);
  return framed(0x40, body);
}

std::string write_pingreq() {
  return framed(0xC0, "");
}
std::string write_pingresp() {
  return framed(0xD0, "");
}
std::string write_disconnect(std::uint8_t reason) {
  return framed(0xE0, reason == 0 ? std::string() : std::string(1, static_cast<char>(reason)));
}

Publish read_publish(const Packet& packet) {
  Cursor cursor(packet.body);
  Publish publish;
  publish.retain = (packet.first & 1) != 0;
  publish.qos = packet.first >> 1 & 3;
  publish.duplicate = (packet.first & 8) != 0;
  publish.topic = cursor.text();
  if (publish.qos > 0) publish.packet_id = cursor.u16();
  const auto properties = cursor.take(cursor.length());
  publish.has_expiry = !properties.empty() && static_cast<std::uint8_t>(properties[0]) == kMessageExpiry;
  publish.payload = std::string(cursor.rest());
  return publish;
}

Ack read_puback(const Packet& packet) {
  Cursor cursor(packet.body);
  Ack ack{cursor.u16(), 0};
  if (!cursor.done()) ack.reason = cursor.u8();
  return ack;
}

Connack read_connack(const Packet& packet) {
  Cursor cursor(packet.body);
  Connack connack;
  connack.session_present = (cursor.u8() & 1) != 0;
  connack.reason = cursor.u8();
  return connack;
}

Subscribe read_subscribe(const Packet& packet) {
  Cursor cursor(packet.body);
  Subscribe subscribe;
  subscribe.packet_id = cursor.u16();
  cursor.take(cursor.length());
  while (!cursor.done()) {
    subscribe.filters.push_back(cursor.text());
    cursor.u8();
  }
  return subscribe;
}

std::vector<std::uint8_t> read_suback(const Packet& packet) {
  Cursor cursor(packet.body);
  cursor.u16();
  cursor.take(cursor.length());
  const auto reasons = cursor.rest();
  return {reasons.begin(), reasons.end()};
}

}  // namespace loomgate::harness::mqtt
