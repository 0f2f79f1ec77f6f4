// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/listen_socket.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace loomgate::http {

namespace {

constexpr int kBacklog = 1024;

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

[[noreturn]] void fail(const std::string& address, std::uint16_t port, const char* reason) {
  throw std::runtime_error(fmt::format("cannot listen on {} port {}: {}", address, port, reason));
}

AddressList resolve(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int outcome = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (outcome != 0) fail(address, port, gai_strerror(outcome));
  return {list, freeaddrinfo};
}

std::uint16_t bound_port(int handle) {
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  getsockname(handle, reinterpret_cast<sockaddr*>(&bound), &size);
  return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(bound).sin6_port
                                           : reinterpret_cast<const sockaddr_in&>(bound).sin_port);
}

}  // namespace

ListenSocket::ListenSocket(const std::string& address, std::uint16_t port) {
  const AddressList found = resolve(address, port);
  handle_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (handle_ < 0) fail(address, port, std::strerror(errno));
  const int on = 1;
  setsockopt(handle_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(handle_, found->ai_addr, found->ai_addrlen) != 0 || ::listen(handle_, kBacklog) != 0) {
    const int reason = errno;
    ::close(handle_);
    fail(address, port, std::strerror(reason));
  }
  port_ = bound_port(handle_);
}

ListenSocket::~ListenSocket() {
  ::close(handle_);
}

void ListenSocket::refuse() const {
  ::shutdown(handle_, SHUT_RDWR);
}

}  // namespace loomgate::http
