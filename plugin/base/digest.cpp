// SPDX-License-Identifier: Apache-2.0
#include "plugin/base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/random.h>

#include <cerrno>
#include <memory>
#include <stdexcept>

namespace loomgate {
namespace {

// Fetched once and never freed: an implicit fetch costs more than the digest itself, and OpenSSL's own exit handler
// must not meet a destructor of ours.
EVP_MD* sha256_method() {
  static EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (method == nullptr) throw std::runtime_error("OpenSSL has no SHA-256");
  return method;
}

EVP_MD_CTX* thread_context() {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (!context) throw std::bad_alloc();
  return context.get();
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Sha256 sha256(std::span<const std::uint8_t> head, std::span<const std::uint8_t> tail) {
  EVP_MD_CTX* context = thread_context();
  Sha256 digest;
  unsigned int length = 0;
  if (EVP_DigestInit_ex2(context, sha256_method(), nullptr) != 1 || EVP_DigestUpdate(context, head.data(), head.size()) != 1 ||
      EVP_DigestUpdate(context, tail.data(), tail.size()) != 1 || EVP_DigestFinal_ex(context, digest.data(), &length) != 1)
    throw std::runtime_error("SHA-256 failed");
  return digest;
}

Sha256 sha256(std::string_view text) { return sha256(bytes_of(text)); }

std::string sha256_hex(std::string_view text) { return to_hex(sha256(text)); }

Sha256 mqtt_password_hash(const MqttSalt& salt, std::string_view password) { return sha256(salt, bytes_of(password)); }

bool equal_constant_time(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

void random_bytes(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw std::runtime_error("the kernel gave no random bytes");
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace loomgate
