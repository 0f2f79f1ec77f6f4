// SPDX-License-Identifier: Apache-2.0
// Tunnel protocols as agents know them (spec mqtt 5.9).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace loomgate::domain {

// Also true for the name that agents know.
bool is_amnezia(std::string_view protocol);
// "wireguard", or "amneziawg_2" for every version of AmneziaWG, which is the only name that all agents understand.
std::string wire_protocol_name(std::string_view stored_protocol);
// The version as text for AmneziaWG (2.0 when none is stored), nullopt otherwise. Never a JSON number.
std::optional<std::string> wire_awg_version(std::string_view stored_protocol,
                                            const std::optional<std::string>& stored_version);

}  // namespace loomgate::domain
