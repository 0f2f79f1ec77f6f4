// SPDX-License-Identifier: Apache-2.0
// Identifiers of spec http-api 1.4: "<prefix>_" and 12 lower-case hex digits of a random UUIDv4.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace loomgate {

std::string new_id(std::string_view prefix);  // new_id("cfg") -> cfg_0123456789ab
// So many at once, all different and in ascending order: a bulk insert in that order writes the pages of an index one after
// the other instead of here and there.
std::vector<std::string> new_ids(std::string_view prefix, std::size_t count);
std::string new_request_id();                 // 32 lower-case hex digits
bool is_id(std::string_view text, std::string_view prefix);

}  // namespace loomgate
