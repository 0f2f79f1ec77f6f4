// SPDX-License-Identifier: Apache-2.0
// Password records "pbkdf2_sha256$<iterations>$<salt>$<hex digest>", spec auth 4. The ASCII text of the salt is the KDF salt.
#pragma once

#include <string>
#include <string_view>

namespace loomgate::crypto {

inline constexpr int kPasswordIterations = 600000;

std::string hash_password(std::string_view password, int iterations = kPasswordIterations);
// False for a malformed record. Constant time in the digest.
bool verify_password(std::string_view password, std::string_view record);
bool is_password_record(std::string_view record);
// True when the record should be made anew after the next successful login.
bool needs_rehash(std::string_view record);

}  // namespace loomgate::crypto
