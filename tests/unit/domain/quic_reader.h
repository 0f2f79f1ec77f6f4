// SPDX-License-Identifier: Apache-2.0
// Opens a client's QUIC version 1 Initial as a middlebox would: from its bytes alone, with its own removal of
// protection, so that a mistake of the writer is not repeated here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace loomgate::domain {

struct OpenedInitial {
  std::string destination_id, source_id, token;
  std::string packet_number;
  std::string client_hello;  // the handshake message of the one CRYPTO frame, from its type on
  std::string padding;       // what follows the frame
};
// nullopt when it is no such packet, does not authenticate, or is not one CRYPTO frame at offset 0 followed by
// something.
std::optional<OpenedInitial> open_quic_initial(const std::string& packet);

struct ClientHello {
  std::string legacy_version, random, session_id, cipher_suites, compression;
  std::map<unsigned, std::string> extensions;
  std::vector<unsigned> order;  // types as they come
};
std::optional<ClientHello> read_client_hello(const std::string& message);

}  // namespace loomgate::domain
