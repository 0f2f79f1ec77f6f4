// SPDX-License-Identifier: Apache-2.0
// The key pair of a node from what a client sent (spec domain 2.6).
#pragma once

#include <string>
#include <string_view>

#include "daemon/crypto/keys.h"
#include "daemon/domain/entities.h"
#include "daemon/services/node_write.h"

namespace loomgate::services {

// INVALID_PRIVATE_KEY unless the text is base64 of 32 bytes. The text never becomes part of the error.
crypto::KeyPair derive_key_pair(std::string private_key);

// Given keys replace the node's; a node without any gets a fresh pair; a private key alone brings its public key.
// INVALID_PRIVATE_KEY when a key cannot be read or the two do not belong together.
void apply_keys(const NodeWrite& write, domain::Node& node);

}  // namespace loomgate::services
