// SPDX-License-Identifier: Apache-2.0
#include "daemon/crypto/tls_handshake.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <memory>

#include "daemon/crypto/openssl.h"

namespace loomgate::crypto {
namespace {

struct FreeTls {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* session) const { SSL_free(session); }
};

}  // namespace

std::string try_tls_handshake(const Socket& socket, const std::string& host, Deadline deadline) {
  const std::unique_ptr<SSL_CTX, FreeTls> context(SSL_CTX_new(TLS_client_method()));
  require(context != nullptr, "no TLS context");
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  const std::unique_ptr<SSL, FreeTls> session(SSL_new(context.get()));
  require(session != nullptr && SSL_set_fd(session.get(), socket.get()) == 1, "no TLS session");
  SSL_set_tlsext_host_name(session.get(), host.c_str());
  for (;;) {
    ERR_clear_error();
    const int done = SSL_connect(session.get());
    if (done == 1) return "";
    const int wanted = SSL_get_error(session.get(), done);
    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE) return "the server does not speak TLS";
    if (!wait_for(socket, wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline)) return "no TLS answer in time";
  }
}

}  // namespace loomgate::crypto
