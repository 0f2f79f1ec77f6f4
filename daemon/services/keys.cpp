// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/keys.h"

#include "daemon/base/error_codes.h"

namespace loomgate::services {

crypto::KeyPair derive_key_pair(std::string private_key) {
  auto public_key = crypto::derive_public_key(private_key);
  if (!public_key) throw Error(errors::kInvalidPrivateKey, "The private key is not base64 of 32 bytes");
  return {std::move(private_key), std::move(*public_key)};
}

void apply_keys(const NodeWrite& write, domain::Node& node) {
  if (write.private_key.has_value()) {
    auto pair = derive_key_pair(write.private_key.value());
    node.private_key = std::move(pair.private_key);
    node.public_key = std::move(pair.public_key);
  } else if (node.private_key.empty()) {
    auto pair = crypto::generate_key_pair();
    node.private_key = std::move(pair.private_key);
    node.public_key = std::move(pair.public_key);
  }
  if (write.public_key.has_value() && write.public_key.value() != node.public_key) {
    throw Error(errors::kInvalidPrivateKey, "The public key does not belong to the private key");
  }
}

}  // namespace loomgate::services
