// SPDX-License-Identifier: Apache-2.0
// The listening socket, made by us so that a taken port is reported in words.
#pragma once

#include <cstdint>
#include <string>

namespace loomgate::http {

class ListenSocket {
 public:
  // Port 0: any free one. std::runtime_error "cannot listen on 127.0.0.1 port 8000: Address already in use".
  ListenSocket(const std::string& address, std::uint16_t port);
  ~ListenSocket();
  ListenSocket(const ListenSocket&) = delete;
  ListenSocket& operator=(const ListenSocket&) = delete;

  int handle() const { return handle_; }
  std::uint16_t port() const { return port_; }
  // New connections are refused from now on; the number stays taken until destruction.
  void refuse() const;

 private:
  int handle_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace loomgate::http
