// SPDX-License-Identifier: Apache-2.0
// Protection of a client's QUIC version 1 Initial packet by RFC 9001 (5.1, 5.3, 5.4; 5.2 for the keys). Checked against
// the vectors of its appendix A.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace loomgate::crypto {

struct QuicInitialKeys {
  std::array<std::uint8_t, 16> key{};
  std::array<std::uint8_t, 12> iv{};
  std::array<std::uint8_t, 16> header_protection{};
};

// Keys of the client's side; anybody who sees the destination connection id can derive them.
QuicInitialKeys quic_client_initial_keys(std::string_view destination_connection_id);

// `header` is the whole long header without protection, ending with the packet number, whose length stands in its first
// byte; its Length field already counts the packet number, the payload and 16 bytes of tag. The payload must have at
// least four bytes (RFC 9001 5.4.2). Throws std::invalid_argument when the parts are too short to protect.
std::string protect_quic_initial(const QuicInitialKeys& keys, std::string_view header, std::string_view payload);

}  // namespace loomgate::crypto
