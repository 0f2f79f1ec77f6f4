// SPDX-License-Identifier: Apache-2.0
#include "daemon/crypto/quic_initial.h"

#include <openssl/hmac.h>

#include <algorithm>
#include <climits>
#include <span>

#include "daemon/crypto/openssl.h"

namespace loomgate::crypto {
namespace {

using Secret = std::array<std::uint8_t, 32>;

constexpr std::array<std::uint8_t, 20> kInitialSalt{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                                                    0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
constexpr std::size_t kTagSize = 16;
constexpr std::size_t kSampleSize = 16;
// The sample begins where the payload would if the packet number had its longest form.
constexpr std::size_t kLongestPacketNumber = 4;

Secret hmac_sha256(std::span<const std::uint8_t> key, std::string_view text) {
  Secret digest{};
  unsigned size = 0;
  require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_bytes(text), text.size(), digest.data(),
               &size) != nullptr,
          "cannot compute an HMAC");
  return digest;
}

// HKDF-Expand-Label of RFC 8446 7.1 with an empty context. One block of HKDF-Expand is enough for every key here.
void expand_label(const Secret& secret, std::string_view label, std::span<std::uint8_t> out) {
  const std::string full = "tls13 " + std::string(label);
  std::string info;
  info.push_back(static_cast<char>(out.size() >> 8));
  info.push_back(static_cast<char>(out.size() & 0xff));
  info.push_back(static_cast<char>(full.size()));
  info += full;
  info.push_back('\0');    // length of the context
  info.push_back('\x01');  // number of the block
  const Secret block = hmac_sha256(secret, info);
  require(out.size() <= block.size(), "a QUIC key longer than one block");
  std::copy_n(block.begin(), out.size(), out.begin());
}

CipherContext new_context() {
  CipherContext context(EVP_CIPHER_CTX_new());
  require(context != nullptr, "cannot make a cipher context");
  return context;
}

// Cipher text and tag.
std::string encrypt(const QuicInitialKeys& keys, const std::array<std::uint8_t, 12>& nonce, std::string_view header,
                    std::string_view payload) {
  std::string sealed(payload.size() + kTagSize, '\0');
  auto* const text = reinterpret_cast<std::uint8_t*>(sealed.data());
  std::uint8_t* const tag = text + payload.size();
  const auto context = new_context();
  int written = 0;
  require(
      EVP_EncryptInit_ex2(context.get(), EVP_aes_128_gcm(), keys.key.data(), nonce.data(), nullptr) == 1 &&
          EVP_EncryptUpdate(context.get(), nullptr, &written, as_bytes(header), static_cast<int>(header.size())) == 1 &&
          EVP_EncryptUpdate(context.get(), text, &written, as_bytes(payload), static_cast<int>(payload.size())) == 1 &&
          EVP_EncryptFinal_ex(context.get(), tag, &written) == 1 &&
          EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagSize, tag) == 1,
      "cannot protect a QUIC packet");
  return sealed;
}

std::array<std::uint8_t, kSampleSize> header_mask(const QuicInitialKeys& keys, std::string_view sample) {
  std::array<std::uint8_t, kSampleSize> mask{};
  const auto context = new_context();
  int written = 0;
  require(EVP_EncryptInit_ex2(context.get(), EVP_aes_128_ecb(), keys.header_protection.data(), nullptr, nullptr) == 1 &&
              EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
              EVP_EncryptUpdate(context.get(), mask.data(), &written, as_bytes(sample), kSampleSize) == 1 &&
              written == kSampleSize,
          "cannot mask a QUIC header");
  return mask;
}

// The packet number, left-padded, combined with the IV (RFC 9001 5.3).
std::array<std::uint8_t, 12> nonce_of(const QuicInitialKeys& keys, std::string_view packet_number) {
  auto nonce = keys.iv;
  const std::size_t first = nonce.size() - packet_number.size();
  for (std::size_t i = 0; i < packet_number.size(); ++i) {
    nonce[first + i] = static_cast<std::uint8_t>(nonce[first + i] ^ static_cast<std::uint8_t>(packet_number[i]));
  }
  return nonce;
}

void mask_byte(char& byte, std::uint8_t mask) {
  byte = static_cast<char>(static_cast<std::uint8_t>(byte) ^ mask);
}

}  // namespace

QuicInitialKeys quic_client_initial_keys(std::string_view destination_connection_id) {
  const Secret initial = hmac_sha256(kInitialSalt, destination_connection_id);
  Secret client{};
  expand_label(initial, "client in", client);
  QuicInitialKeys keys;
  expand_label(client, "quic key", keys.key);
  expand_label(client, "quic iv", keys.iv);
  expand_label(client, "quic hp", keys.header_protection);
  return keys;
}

std::string protect_quic_initial(const QuicInitialKeys& keys, std::string_view header, std::string_view payload) {
  const std::size_t number_size = header.empty() ? 0 : (static_cast<std::uint8_t>(header.front()) & 0x03U) + 1U;
  if (header.size() <= number_size || payload.size() < kLongestPacketNumber || payload.size() > INT_MAX) {
    throw std::invalid_argument("a QUIC packet that cannot be protected");
  }
  const std::size_t number_at = header.size() - number_size;
  std::string packet(header);
  packet += encrypt(keys, nonce_of(keys, header.substr(number_at)), header, payload);

  const auto mask = header_mask(keys, std::string_view(packet).substr(number_at + kLongestPacketNumber, kSampleSize));
  mask_byte(packet.front(), mask[0] & 0x0fU);  // the lower four bits of a long header
  for (std::size_t i = 0; i < number_size; ++i) mask_byte(packet[number_at + i], mask[i + 1]);
  return packet;
}

}  // namespace loomgate::crypto
