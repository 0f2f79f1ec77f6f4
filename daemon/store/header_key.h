// SPDX-License-Identifier: Apache-2.0
// The header protection key of an AmneziaWG config is an option like the others for clients (`header_protection_key`, spec
// http-api 8.2) and a secret at rest: the jsonb column never holds it, a column of its own holds it sealed. An explicit null
// ("off") is no secret and stays among the options.
#pragma once

#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"

namespace loomgate::store {

// Moves a stored key into the options, where rules, texts and answers look for it. Nothing happens when there is none, or
// when it is open already. std::runtime_error when the master key does not open it.
void open_header_key(const crypto::Sealer& sealer, domain::Config& config);

}  // namespace loomgate::store
