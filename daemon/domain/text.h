// SPDX-License-Identifier: Apache-2.0
// Small helpers for texts that clients send. All texts are UTF-8 (daemon/json refuses anything else).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace loomgate::domain {

// Without leading and trailing ASCII white space; a view into the argument.
std::string_view trim(std::string_view text);
// Takes the first code point off a text that is not empty. A byte that begins no character counts as U+FFFD.
char32_t take_code_point(std::string_view& rest);
// The first `most` code points.
std::string_view cut_code_points(std::string_view text, std::size_t most);
std::size_t count_code_points(std::string_view text);
// True for any C0 or C1 control character or DEL, so also for CR, LF, TAB and NUL. Such a text never enters a generated
// config, where a line break would start a line of its own (spec domain 2.5).
bool has_control_characters(std::string_view text);

}  // namespace loomgate::domain
