// SPDX-License-Identifier: Apache-2.0
// The little Unicode that texts need: validity, length, and trimming as the contract's clients expect it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace loomgate::json {

// One UTF-8 sequence at the start of `text`: its code point and how many bytes it takes; size 0 when it is malformed
// (overlong, surrogate, above U+10FFFF, cut off).
struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;
};
CodePoint first_code_point(std::string_view text);

bool is_utf8(std::string_view text);
std::size_t count_code_points(std::string_view utf8);
// Without leading and trailing Unicode white space (and the ASCII separators 1C..1F).
std::string_view trim(std::string_view utf8);
// Malformed bytes and NUL become U+FFFD, one each.
std::string repair_utf8(std::string_view text);

}  // namespace loomgate::json
