// SPDX-License-Identifier: Apache-2.0
// The HTTP server: libmicrohttpd's epoll threads move bytes, a pool of workers runs handlers, streams are suspended
// between events. server.cpp and exchange.cpp are the only files that see libmicrohttpd.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "daemon/http/application.h"

namespace loomgate::http {

struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free port
  unsigned io_threads = 2;
  std::size_t workers = 8;
  std::size_t queue_limit = 1024;        // requests waiting for a worker; more get 503
  unsigned connection_limit = 8192;      // further connections wait or are closed
  unsigned connections_per_address = 0;  // 0: no limit. Behind a proxy every connection has the proxy's address
  std::size_t header_bytes = 32 * 1024;  // request line and headers, and the send buffer of a connection
  std::chrono::milliseconds header_timeout{10000};  // for the first request line and headers
  std::chrono::milliseconds body_timeout{60000};    // from the end of the headers to the end of the body
  std::chrono::seconds idle_timeout{60};            // between requests, and for a client that takes no bytes
  std::chrono::seconds stop_timeout{10};            // for clients to take running answers when stopping
};

class Server {
 public:
  // Listens at once. `application` must outlive the server. std::runtime_error when it cannot listen.
  Server(const Application& application, ServerSettings settings);
  ~Server();  // stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  std::size_t connections() const;  // open now
  // Refuses new connections, ends streams, lets running handlers finish and their answers leave. Blocks; safe to
  // repeat.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loomgate::http
