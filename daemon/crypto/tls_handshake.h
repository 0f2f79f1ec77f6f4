// SPDX-License-Identifier: Apache-2.0
// Does a server at the other end of a connection speak TLS, and would devices that verify it find its name?
#pragma once

#include <string>

#include "daemon/base/tcp_connect.h"

namespace loomgate::crypto {

struct TlsTrial {
  std::string problem;  // a phrase that says why there was no handshake; empty when it succeeded
  // The certificate's alternative names hold the host, a DNS name or an IP address, as mqtt 13 wants it. Who issued the
  // certificate is not looked at.
  bool names_host = false;
};

// The socket is non-blocking and connected; `host` is the name the server is told (SNI).
TlsTrial try_tls_handshake(const Socket& socket, const std::string& host, Deadline deadline);

}  // namespace loomgate::crypto
