// SPDX-License-Identifier: Apache-2.0
// The question of CONNECT: do username, client id and password belong to one principal (mqtt.md 16, lines 1-9)?
// About 0.3 us, most of it SHA-256; no allocation. Pure; the caller owns the table.
#pragma once

#include <string_view>

#include "plugin/access/access_table.h"

namespace loomgate::access {

enum class LoginResult {
  kAllowed,
  kUnknown,        // nobody of that name may connect now
  kWrongClientId,  // a device may not take another device's client id
  kWrongPassword,
  kMalformed,
  kNotOurs,  // leave it to others; if nobody else answers, the broker refuses
};

struct Login {
  LoginResult result = LoginResult::kMalformed;
  const Principal* principal = nullptr;  // set for kAllowed only
};

// Unknown names and wrong passwords cost the same and must be answered alike: both hash, both compare.
Login check_credentials(const AccessTable& table, std::string_view username, std::string_view client_id,
                        std::string_view password);

}  // namespace loomgate::access
