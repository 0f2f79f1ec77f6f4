// SPDX-License-Identifier: Apache-2.0
// The strict grammar of RFC 8259, checked before cJSON sees a text: cJSON alone takes control characters in strings,
// "01", infinite numbers, and cuts strings at an escaped NUL.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace loomgate::json {

inline constexpr std::size_t kMaxDepth = 64;

// nullptr when the text is one well-formed JSON value; otherwise a short phrase that holds nothing of the input.
const char* grammar_fault(std::string_view text);

}  // namespace loomgate::json
