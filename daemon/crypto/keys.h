// SPDX-License-Identifier: Apache-2.0
// WireGuard keys (Curve25519), spec domain 2.6. Text form: standard base64 with padding, 44 characters.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace loomgate::crypto {

struct KeyPair {
  std::string private_key;
  std::string public_key;
};

KeyPair generate_key_pair();  // clamped before encoding
std::string generate_preshared_key();
// nullopt unless the text is strict base64 of exactly 32 bytes.
std::optional<std::string> derive_public_key(std::string_view private_key);
bool is_key(std::string_view text);
// X25519 of 32 raw bytes, whatever they are; 32 raw bytes.
std::string x25519_public_key(std::string_view private_key_bytes);

}  // namespace loomgate::crypto
