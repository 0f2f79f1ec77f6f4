// SPDX-License-Identifier: Apache-2.0
// What an agent says of itself when it binds, and how long it may take (spec domain 9.1, 9.2; mqtt 1).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace loomgate::domain {

inline constexpr std::chrono::minutes kBindTokenLifetime{5};  // single use

struct ClientFacts {
  std::string platform;  // at most 64 code points
  std::string version;   // 64
  std::string hostname;  // 128
};
// Trimmed, then cut.
ClientFacts client_facts(std::string_view platform, std::string_view version, std::string_view hostname);

// "Linux 0.2.3"; either part may be missing.
std::string client_version_label(std::string_view platform, std::string_view version);

}  // namespace loomgate::domain
