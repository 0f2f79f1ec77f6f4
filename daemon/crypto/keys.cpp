// SPDX-License-Identifier: Apache-2.0
#include "daemon/crypto/keys.h"

#include <array>
#include <cstdint>

#include "daemon/crypto/openssl.h"
#include "daemon/crypto/tokens.h"
#include "plugin/base/digest.h"

namespace loomgate::crypto {
namespace {

constexpr std::size_t kKeySize = 32;

std::string random_key_bytes() {
  std::string bytes(kKeySize, '\0');
  random_bytes({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return bytes;
}

// RFC 7748; `wg` prints private keys in this form.
void clamp(std::string& private_key) {
  const auto first = static_cast<std::uint8_t>(private_key.front());
  const auto last = static_cast<std::uint8_t>(private_key.back());
  private_key.front() = static_cast<char>(first & 248U);
  private_key.back() = static_cast<char>((last & 127U) | 64U);
}

std::optional<std::string> key_bytes(std::string_view text) {
  auto bytes = from_base64(text);
  if (!bytes || bytes->size() != kKeySize) return std::nullopt;
  return bytes;
}

}  // namespace

std::string x25519_public_key(std::string_view private_key_bytes) {
  const Key key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, as_bytes(private_key_bytes), private_key_bytes.size()));
  require(key != nullptr, "cannot load an X25519 private key");
  std::string public_key(kKeySize, '\0');
  std::size_t size = public_key.size();
  const int done = EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<std::uint8_t*>(public_key.data()), &size);
  require(done == 1 && size == kKeySize, "cannot derive an X25519 public key");
  return public_key;
}

KeyPair generate_key_pair() {
  std::string private_key = random_key_bytes();
  const Wipe wipe(private_key);
  clamp(private_key);
  return {.private_key = base64(private_key), .public_key = base64(x25519_public_key(private_key))};
}

std::string generate_preshared_key() {
  std::string bytes = random_key_bytes();
  const Wipe wipe(bytes);
  return base64(bytes);
}

std::optional<std::string> derive_public_key(std::string_view private_key) {
  auto bytes = key_bytes(private_key);
  if (!bytes) return std::nullopt;
  const Wipe wipe(*bytes);
  return base64(x25519_public_key(*bytes));
}

bool is_key(std::string_view text) {
  auto bytes = key_bytes(text);
  if (!bytes) return false;
  const Wipe wipe(*bytes);
  return true;
}

}  // namespace loomgate::crypto
