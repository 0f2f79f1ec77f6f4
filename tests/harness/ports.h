// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace loomgate::harness {

// A TCP port of the loopback address that nobody listens on. Taken below the ephemeral range, so that no outgoing
// connection grabs it before the server that it is meant for, and kept for this process until it ends: no other test
// program gets it, not even while the server is being restarted.
int free_port();

// Nobody listens here, now or later.
inline constexpr int kNobodysPort = 1;

}  // namespace loomgate::harness
