// SPDX-License-Identifier: Apache-2.0
#include "daemon/base/tcp_connect.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <future>
#include <memory>
#include <thread>
#include <utility>

namespace loomgate {
namespace {

using Addresses = std::shared_ptr<addrinfo>;

struct Resolved {
  Addresses addresses;
  std::string problem;
};

Resolved resolve_now(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failure != 0) return {nullptr, ::gai_strerror(failure)};
  return {Addresses(found, &::freeaddrinfo), ""};
}

Resolved resolve(const std::string& host, int port, Deadline deadline) {
  auto promise = std::make_shared<std::promise<Resolved>>();
  auto answer = promise->get_future();
  std::thread([promise, host, port] { promise->set_value(resolve_now(host, port)); }).detach();
  if (answer.wait_until(deadline) != std::future_status::ready) return {nullptr, "the name was not resolved in time"};
  return answer.get();
}

std::string connect_to(const Socket& socket, const addrinfo& target, Deadline deadline) {
  if (::connect(socket.get(), target.ai_addr, target.ai_addrlen) == 0) return "";
  if (errno != EINPROGRESS) return std::strerror(errno);
  if (!wait_for(socket, POLLOUT, deadline)) return "no answer in time";
  int failure = 0;
  socklen_t size = sizeof failure;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failure, &size);
  return failure == 0 ? "" : std::strerror(failure);
}

}  // namespace

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

bool wait_for(const Socket& socket, short events, Deadline deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  if (left <= 0) return false;
  pollfd entry{socket.get(), events, 0};
  return ::poll(&entry, 1, static_cast<int>(left)) == 1;
}

TcpConnection connect_tcp(const std::string& host, int port, Deadline deadline) {
  auto resolved = resolve(host, port, deadline);
  TcpConnection connection{Socket(), std::move(resolved.problem)};
  for (const addrinfo* target = resolved.addresses.get(); target != nullptr; target = target->ai_next) {
    Socket socket(::socket(target->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) {
      connection.problem = std::strerror(errno);
      continue;
    }
    connection.problem = connect_to(socket, *target, deadline);
    if (!connection.problem.empty()) continue;
    connection.socket = std::move(socket);
    break;
  }
  return connection;
}

}  // namespace loomgate
