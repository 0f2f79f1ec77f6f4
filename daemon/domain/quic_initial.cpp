// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/quic_initial.h"

#include "daemon/crypto/keys.h"
#include "daemon/crypto/quic_initial.h"
#include "daemon/domain/wire_bytes.h"
#include "plugin/base/digest.h"

namespace loomgate::domain {
namespace {

constexpr std::size_t kConnectionIdSize = 8;
constexpr std::size_t kPacketNumberSize = 2;
constexpr std::size_t kTagSize = 16;
constexpr std::size_t kRandomSize = 32;
constexpr std::size_t kKeySize = 32;
constexpr std::uint64_t kX25519 = 0x001d;

// The form of a variable-length integer that takes two bytes (RFC 9000 16).
std::string two_byte_varint(std::uint64_t number) {
  return number_bytes(0x4000 | number, 2);
}

std::string extension(std::uint64_t type, std::string_view content) {
  return number_bytes(type, 2) + with_length(2, content);
}

std::string server_name(Random& random) {
  const std::string drawn = random.bytes(6);
  const std::string host = to_hex({reinterpret_cast<const std::uint8_t*>(drawn.data()), drawn.size()}) + ".invalid";
  return with_length(2, number_bytes(0, 1) + with_length(2, host));  // a list of one name of type host_name
}

std::string key_share(Random& random) {
  const std::string public_key = crypto::x25519_public_key(random.bytes(kKeySize));
  return with_length(2, number_bytes(kX25519, 2) + with_length(2, public_key));
}

std::string transport_parameters(std::string_view source_connection_id) {
  return number_bytes(0x0f, 1) + with_length(1, source_connection_id) +              // initial_source_connection_id
         number_bytes(0x03, 1) + with_length(1, two_byte_varint(kQuicInitialSize));  // max_udp_payload_size
}

// Draws come one statement after the other: the operands of a sum have no order, and equal randomness shall give equal
// packets whatever the compiler.
std::string extensions(std::string_view source_connection_id, Random& random) {
  const std::string versions = number_bytes(0x0304, 2);
  const std::string groups = number_bytes(kX25519, 2);
  const std::string signatures = number_bytes(0x0804, 2) + number_bytes(0x0807, 2);
  std::string all = extension(0x0000, server_name(random));
  all += extension(0x002b, with_length(1, versions));              // supported_versions
  all += extension(0x000a, with_length(2, groups));                // supported_groups
  all += extension(0x000d, with_length(2, signatures));            // signature_algorithms
  all += extension(0x0033, key_share(random));                     // key_share
  all += extension(0x0010, with_length(2, with_length(1, "h3")));  // application_layer_protocol_negotiation
  all += extension(0x0039, transport_parameters(source_connection_id));
  return all;
}

std::string client_hello(std::string_view source_connection_id, Random& random) {
  std::string body = number_bytes(0x0303, 2) + random.bytes(kRandomSize);
  body += with_length(1, "");                       // session id
  body += with_length(2, number_bytes(0x1301, 2));  // TLS_AES_128_GCM_SHA256
  body += with_length(1, number_bytes(0, 1));       // no compression
  body += with_length(2, extensions(source_connection_id, random));
  return number_bytes(0x01, 1) + with_length(3, body);
}

std::string crypto_frame(std::string_view data) {
  return number_bytes(0x06, 1) + number_bytes(0, 1) + two_byte_varint(data.size()).append(data);
}

// Everything before the Length field.
std::string header_start(std::string_view destination_connection_id, std::string_view source_connection_id) {
  constexpr std::uint64_t kInitialWithTwoByteNumber = 0xc1;
  return number_bytes(kInitialWithTwoByteNumber, 1) + number_bytes(1, 4) + with_length(1, destination_connection_id) +
         with_length(1, source_connection_id) + with_length(1, "");  // no token
}

}  // namespace

std::string draw_quic_initial(Random& random) {
  const std::string destination = random.bytes(kConnectionIdSize);
  const std::string source = random.bytes(kConnectionIdSize);
  std::string header = header_start(destination, source);
  const std::size_t rest = kQuicInitialSize - header.size() - 2;  // what the Length field counts
  header += two_byte_varint(rest) + number_bytes(0, kPacketNumberSize);

  std::string payload = crypto_frame(client_hello(source, random));
  payload.resize(rest - kPacketNumberSize - kTagSize, '\0');  // PADDING frames
  return crypto::protect_quic_initial(crypto::quic_client_initial_keys(destination), header, payload);
}

}  // namespace loomgate::domain
