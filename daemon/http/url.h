// SPDX-License-Identifier: Apache-2.0
// Request targets: split first, decode each piece on its own, refuse what is not UTF-8 or hides a NUL.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loomgate::http {

struct Target {
  std::string path;                                        // decoded as a whole, for logs and prefix checks
  std::vector<std::string> segments;                       // "/a/b%2Fc/" -> "a", "b/c", ""
  std::vector<std::pair<std::string, std::string>> query;  // "+" is a space here
};

// nullopt: not an absolute path (or URL with one), a broken escape, invalid UTF-8, NUL, or a "." or ".." segment.
std::optional<Target> parse_target(std::string_view raw);

}  // namespace loomgate::http
