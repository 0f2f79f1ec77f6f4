// SPDX-License-Identifier: Apache-2.0
#include "daemon/crypto/tls_handshake.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <memory>

#include "daemon/crypto/openssl.h"

namespace loomgate::crypto {
namespace {

struct FreeTls {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* session) const { SSL_free(session); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};

// As agents verify: alternative names only, never the subject's common name.
bool certificate_names(SSL* session, const std::string& host) {
  const std::unique_ptr<X509, FreeTls> certificate(SSL_get1_peer_certificate(session));
  if (!certificate) return false;
  constexpr int kNotAnAddress = -2;
  const int as_address = X509_check_ip_asc(certificate.get(), host.c_str(), 0);
  if (as_address != kNotAnAddress) return as_address == 1;
  const unsigned flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  return X509_check_host(certificate.get(), host.c_str(), host.size(), flags, nullptr) == 1;
}

}  // namespace

TlsTrial try_tls_handshake(const Socket& socket, const std::string& host, Deadline deadline) {
  const std::unique_ptr<SSL_CTX, FreeTls> context(SSL_CTX_new(TLS_client_method()));
  require(context != nullptr, "no TLS context");
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  const std::unique_ptr<SSL, FreeTls> session(SSL_new(context.get()));
  require(session != nullptr && SSL_set_fd(session.get(), socket.get()) == 1, "no TLS session");
  SSL_set_tlsext_host_name(session.get(), host.c_str());
  for (;;) {
    ERR_clear_error();
    const int done = SSL_connect(session.get());
    if (done == 1) return {"", certificate_names(session.get(), host)};
    const int wanted = SSL_get_error(session.get(), done);
    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE) return {"the server does not speak TLS"};
    if (!wait_for(socket, wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline)) return {"no TLS answer in time"};
  }
}

}  // namespace loomgate::crypto
