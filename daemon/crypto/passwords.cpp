// SPDX-License-Identifier: Apache-2.0
#include "daemon/crypto/passwords.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "daemon/crypto/openssl.h"
#include "plugin/base/digest.h"

namespace loomgate::crypto {
namespace {

constexpr std::string_view kScheme = "pbkdf2_sha256";
constexpr int kMostIterations = 10'000'000;  // a record must not be able to stop the daemon

struct Record {
  std::string_view scheme, iterations, salt, digest;
};

// Exactly four parts between dollar signs.
std::optional<Record> split(std::string_view text) {
  std::array<std::string_view, 4> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t end = text.find('$');
    const bool is_last = i + 1 == parts.size();
    if ((end == std::string_view::npos) != is_last) return std::nullopt;
    parts[i] = text.substr(0, end);
    if (!is_last) text.remove_prefix(end + 1);
  }
  return Record{parts[0], parts[1], parts[2], parts[3]};
}

std::optional<int> read_iterations(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < 1 || value > kMostIterations) return std::nullopt;
  return value;
}

std::string digest_of(std::string_view password, std::string_view salt, int iterations) {
  Sha256 digest{};
  const Wipe wipe(digest);
  const int done = PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), as_bytes(salt),
                                     static_cast<int>(salt.size()), iterations, EVP_sha256(),
                                     static_cast<int>(digest.size()), digest.data());
  require(done == 1, "cannot derive a password digest");
  return to_hex(digest);
}

}  // namespace

std::string hash_password(std::string_view password, int iterations) {
  std::array<std::uint8_t, 16> random{};
  random_bytes(random);
  const std::string salt = to_hex(random);
  std::string record(kScheme);
  record += '$' + std::to_string(iterations) + '$' + salt + '$' + digest_of(password, salt, iterations);
  return record;
}

bool verify_password(std::string_view password, std::string_view record) {
  const auto parts = split(record);
  if (!parts || parts->scheme != kScheme) return false;
  const auto iterations = read_iterations(parts->iterations);
  if (!iterations) return false;
  const std::string digest = digest_of(password, parts->salt, *iterations);
  return equal_constant_time({as_bytes(digest), digest.size()}, {as_bytes(parts->digest), parts->digest.size()});
}

bool is_password_record(std::string_view record) {
  const auto parts = split(record);
  return parts && parts->scheme == kScheme;
}

bool needs_rehash(std::string_view record) {
  const auto parts = split(record);
  if (!parts || parts->scheme != kScheme) return true;
  return read_iterations(parts->iterations).value_or(0) < kPasswordIterations;
}

}  // namespace loomgate::crypto
