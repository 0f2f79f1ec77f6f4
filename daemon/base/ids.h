// SPDX-License-Identifier: Apache-2.0
// Identifiers of spec http-api 1.4: "<prefix>_" and 12 lower-case hex digits of a random UUIDv4.
#pragma once

#include <string>
#include <string_view>

namespace loomgate {

std::string new_id(std::string_view prefix);  // new_id("cfg") -> cfg_0123456789ab
std::string new_request_id();                 // 32 lower-case hex digits
bool is_id(std::string_view text, std::string_view prefix);

}  // namespace loomgate
