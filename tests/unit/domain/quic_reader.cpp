// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/domain/quic_reader.h"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

#include "daemon/crypto/quic_initial.h"

namespace loomgate::domain {
namespace {

// Reads from the front; throws std::out_of_range behind the end.
class Reader {
 public:
  explicit Reader(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string take(std::size_t count) {
    if (count > left()) throw std::out_of_range("behind the end");
    const std::string taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }
  std::size_t number(std::size_t count) {
    std::size_t value = 0;
    for (const char byte : take(count)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }
  std::size_t varint() {
    const std::size_t first = number(1);
    const std::size_t more = (std::size_t{1} << (first >> 6)) - 1;
    return (first & 0x3f) << (8 * more) | number(more);
  }
  std::string with_length(std::size_t size) { return take(number(size)); }
  std::size_t left() const { return bytes_.size() - at_; }
  std::size_t at() const { return at_; }
  std::string rest() { return take(left()); }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string mask_of(const crypto::QuicInitialKeys& keys, const std::string& sample) {
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string mask(32, '\0');
  int written = 0;
  EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, keys.header_protection.data(), nullptr);
  EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(mask.data()), &written, bytes_of(sample), 16);
  return mask;
}

std::optional<std::string> decrypt(const crypto::QuicInitialKeys& keys, const std::string& nonce,
                                   const std::string& header, const std::string& sealed) {
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string tag = sealed.substr(sealed.size() - 16);
  std::string plain(sealed.size() - 16, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(plain.data());
  int written = 0;
  EVP_DecryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, keys.key.data(), bytes_of(nonce));
  EVP_DecryptUpdate(context.get(), nullptr, &written, bytes_of(header), static_cast<int>(header.size()));
  EVP_DecryptUpdate(context.get(), out, &written, bytes_of(sealed), static_cast<int>(plain.size()));
  EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, 16, tag.data());
  if (EVP_DecryptFinal_ex(context.get(), out + written, &written) != 1) return std::nullopt;
  return plain;
}

std::optional<std::string> open_payload(const std::string& packet, std::size_t number_at, OpenedInitial& opened) {
  const auto keys = crypto::quic_client_initial_keys(opened.destination_id);
  const std::string mask = mask_of(keys, packet.substr(number_at + 4, 16));
  std::string header = packet;
  header[0] = static_cast<char>(header[0] ^ (mask[0] & 0x0f));
  const std::size_t number_size = (static_cast<unsigned char>(header[0]) & 3U) + 1;
  header.resize(number_at + number_size);
  for (std::size_t i = 0; i < number_size; ++i)
    header[number_at + i] = static_cast<char>(header[number_at + i] ^ mask[i + 1]);
  opened.packet_number = header.substr(number_at);

  std::string nonce(keys.iv.begin(), keys.iv.end());
  for (std::size_t i = 0; i < number_size; ++i) {
    char& byte = nonce[nonce.size() - number_size + i];
    byte = static_cast<char>(byte ^ opened.packet_number[i]);
  }
  if ((static_cast<unsigned char>(header[0]) & 0xfcU) != 0xc0U)
    return std::nullopt;  // long, fixed, Initial, reserved 0
  return decrypt(keys, nonce, header, packet.substr(header.size()));
}

OpenedInitial require_initial(const std::string& packet) {
  Reader reader(packet);
  OpenedInitial opened;
  reader.take(1);
  if (reader.number(4) != 1) throw std::out_of_range("another version");
  opened.destination_id = reader.with_length(1);
  opened.source_id = reader.with_length(1);
  opened.token = reader.take(reader.varint());
  const std::size_t length = reader.varint();
  if (length != reader.left()) throw std::out_of_range("Length does not fill the datagram");
  auto payload = open_payload(packet, reader.at(), opened);
  if (!payload) throw std::out_of_range("does not authenticate");

  Reader frames(*payload);
  if (frames.varint() != 0x06 || frames.varint() != 0) throw std::out_of_range("no CRYPTO frame at offset 0");
  opened.client_hello = frames.take(frames.varint());
  opened.padding = frames.rest();
  return opened;
}

ClientHello require_client_hello(const std::string& message) {
  Reader reader(message);
  if (reader.number(1) != 1) throw std::out_of_range("no ClientHello");
  Reader body(reader.with_length(3));
  if (reader.left() != 0) throw std::out_of_range("more than one message");
  ClientHello hello;
  hello.legacy_version = body.take(2);
  hello.random = body.take(32);
  hello.session_id = body.with_length(1);
  hello.cipher_suites = body.with_length(2);
  hello.compression = body.with_length(1);
  Reader extensions(body.with_length(2));
  if (body.left() != 0) throw std::out_of_range("more than a ClientHello");
  while (extensions.left() > 0) {
    const auto type = static_cast<unsigned>(extensions.number(2));
    hello.order.push_back(type);
    hello.extensions[type] = extensions.with_length(2);
  }
  return hello;
}

}  // namespace

std::optional<OpenedInitial> open_quic_initial(const std::string& packet) {
  try {
    return require_initial(packet);
  } catch (const std::out_of_range&) {
    return std::nullopt;
  }
}

std::optional<ClientHello> read_client_hello(const std::string& message) {
  try {
    return require_client_hello(message);
  } catch (const std::out_of_range&) {
    return std::nullopt;
  }
}

}  // namespace loomgate::domain
