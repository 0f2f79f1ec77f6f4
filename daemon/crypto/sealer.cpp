// SPDX-License-Identifier: Apache-2.0
#include "daemon/crypto/sealer.h"

#include <algorithm>
#include <array>
#include <climits>

#include "daemon/crypto/openssl.h"
#include "plugin/base/digest.h"

namespace loomgate::crypto {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kKeyIdAt = 1;
constexpr std::size_t kNonceAt = kKeyIdAt + 4;
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kCipherTextAt = kNonceAt + kNonceSize;
constexpr std::size_t kTagSize = 16;
constexpr std::size_t kKeySize = 32;

std::string name_of(const SealedPlace& place) {
  return std::string(place.table) + '.' + std::string(place.column);
}

std::string additional_data(const SealedPlace& place) {
  return name_of(place) + ':' + std::string(place.row);
}

void put_key_id(Bytes& out, std::uint32_t id) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(id >> shift));
}

std::uint32_t key_id_of(const Bytes& sealed) {
  std::uint32_t id = 0;
  for (std::size_t i = kKeyIdAt; i < kNonceAt; ++i) id = id << 8 | sealed[i];
  return id;
}

CipherContext new_context() {
  CipherContext context(EVP_CIPHER_CTX_new());
  require(context != nullptr, "cannot make a cipher context");
  return context;
}

int length_of(std::size_t size) {
  require(size <= INT_MAX, "value too long to seal");
  return static_cast<int>(size);
}

[[noreturn]] void cannot_open(const SealedPlace& place, const char* reason) {
  throw std::runtime_error("cannot open " + name_of(place) + ": " + reason);
}

}  // namespace

Sealer::Sealer(std::vector<MasterKey> keys) {
  require(!keys.empty(), "no master key");
  for (auto& key : keys) {
    require(key.bytes.size() == kKeySize, "a master key must have 32 bytes");
    sealing_id_ = key.id;
    require(keys_.emplace(key.id, std::move(key.bytes)).second, "two master keys share an id");
  }
}

Bytes Sealer::seal(const SealedPlace& place, std::string_view plain) const {
  Bytes sealed{kFormat};
  sealed.reserve(kCipherTextAt + plain.size() + kTagSize);
  put_key_id(sealed, sealing_id_);
  sealed.resize(kCipherTextAt + plain.size() + kTagSize);
  random_bytes({&sealed[kNonceAt], kNonceSize});

  const std::string aad = additional_data(place);
  std::uint8_t* const text = &sealed[kCipherTextAt];
  std::uint8_t* const tag = text + plain.size();
  const auto context = new_context();
  int written = 0;
  require(EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), keys_.at(sealing_id_).data(), &sealed[kNonceAt],
                              nullptr) == 1 &&
              EVP_EncryptUpdate(context.get(), nullptr, &written, as_bytes(aad), length_of(aad.size())) == 1 &&
              EVP_EncryptUpdate(context.get(), text, &written, as_bytes(plain), length_of(plain.size())) == 1 &&
              EVP_EncryptFinal_ex(context.get(), tag, &written) == 1 &&
              EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagSize, tag) == 1,
          "cannot seal a value");
  return sealed;
}

std::string Sealer::open(const SealedPlace& place, const Bytes& sealed) const {
  if (sealed.size() < kCipherTextAt + kTagSize || sealed[0] != kFormat) cannot_open(place, "not a sealed value");
  const auto key = keys_.find(key_id_of(sealed));
  if (key == keys_.end()) cannot_open(place, "its master key is not known");

  const std::string aad = additional_data(place);
  const std::size_t size = sealed.size() - kCipherTextAt - kTagSize;
  const std::uint8_t* const text = sealed.data() + kCipherTextAt;
  std::array<std::uint8_t, kTagSize> tag{};
  std::copy_n(text + size, kTagSize, tag.begin());
  std::string plain(size, '\0');
  auto* const out = reinterpret_cast<std::uint8_t*>(plain.data());
  const auto context = new_context();
  int written = 0;
  const bool opened =
      EVP_DecryptInit_ex2(context.get(), EVP_aes_256_gcm(), key->second.data(), &sealed[kNonceAt], nullptr) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &written, as_bytes(aad), length_of(aad.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), out, &written, text, length_of(size)) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), out + size, &written) == 1;
  if (!opened) {
    OPENSSL_cleanse(plain.data(), plain.size());
    cannot_open(place, "it was changed or belongs elsewhere");
  }
  return plain;
}

}  // namespace loomgate::crypto
