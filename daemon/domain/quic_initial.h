// SPDX-License-Identifier: Apache-2.0
// A QUIC version 1 Initial as a browser would begin a connection, with random ids and names (spec domain 6.8).
#pragma once

#include <string>

#include "daemon/domain/random.h"

namespace loomgate::domain {

inline constexpr std::size_t kQuicInitialSize = 1200;

// One complete protected packet of exactly kQuicInitialSize bytes: one CRYPTO frame with a TLS 1.3 ClientHello, then
// PADDING. Whoever knows RFC 9001 can open it, as any middlebox does.
std::string draw_quic_initial(Random& random);

}  // namespace loomgate::domain
