// SPDX-License-Identifier: Apache-2.0
// Signature chains: the decoy packets I1..I5 that a device sends before a handshake (spec domain 6.8).
#pragma once

#include <array>
#include <optional>
#include <string>

#include "daemon/domain/awg_strategy.h"
#include "daemon/domain/random.h"

namespace loomgate::domain {

// Packet expressions (cps.h) for I1..I5; those beyond the chain are nullopt.
using AwgChain = std::array<std::optional<std::string>, 5>;
AwgChain draw_awg_chain(const AwgStrategy& strategy, Random& random);

}  // namespace loomgate::domain
