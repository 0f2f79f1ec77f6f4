// SPDX-License-Identifier: Apache-2.0
// Signed session and download tokens (HS256, spec auth 5) and random secrets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/json/json.h"

namespace loomgate::crypto {

std::string base64url(std::string_view bytes);                    // no padding
std::optional<std::string> from_base64url(std::string_view text); // strict, no padding
std::string base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);    // strict, with padding
std::string random_token(std::size_t bytes);                      // base64url of random bytes

// header.payload.signature over claims as given; the key is the UTF-8 text of the secret.
std::string sign_token(const json::Json& claims, std::string_view secret);

enum class TokenState { kValid, kInvalid, kExpired };
struct TokenCheck {
  TokenState state = TokenState::kInvalid;
  json::Json claims;  // an object unless kInvalid
};
// Signature (constant time) before parsing; alg must be HS256; exp an integer; valid while now < exp.
TokenCheck check_token(std::string_view token, std::string_view secret, std::int64_t now_seconds);

}  // namespace loomgate::crypto
