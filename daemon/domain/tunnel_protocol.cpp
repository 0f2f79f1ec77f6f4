// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/tunnel_protocol.h"

namespace loomgate::domain {

bool is_amnezia(std::string_view protocol) {
  return protocol == "amneziawg" || protocol == "amneziawg_2";
}

std::string wire_protocol_name(std::string_view stored_protocol) {
  return is_amnezia(stored_protocol) ? "amneziawg_2" : "wireguard";
}

std::optional<std::string> wire_awg_version(std::string_view stored_protocol,
                                            const std::optional<std::string>& stored_version) {
  if (!is_amnezia(stored_protocol)) return std::nullopt;
  return stored_version.value_or("2.0");
}

}  // namespace loomgate::domain
