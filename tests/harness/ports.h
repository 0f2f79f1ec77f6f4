// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace loomgate::harness {

// A TCP port of the loopback address that nobody listens on. Taken below the ephemeral range, so that no outgoing
// connection grabs it before the server that it is meant for.
int free_port();

}  // namespace loomgate::harness
