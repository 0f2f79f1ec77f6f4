// SPDX-License-Identifier: Apache-2.0
// Does a server at the other end of a connection speak TLS? Its certificate is not looked at.
#pragma once

#include <string>

#include "daemon/base/tcp_connect.h"

namespace loomgate::crypto {

// A phrase that says why not; empty when the handshake succeeded. The socket is non-blocking and connected; `host` is the
// name the server is told (SNI).
std::string try_tls_handshake(const Socket& socket, const std::string& host, Deadline deadline);

}  // namespace loomgate::crypto
