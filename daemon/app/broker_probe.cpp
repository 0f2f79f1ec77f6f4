// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/broker_probe.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>

namespace loomgate::app {
namespace {

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

bool wait_for(int descriptor, short events, std::chrono::milliseconds deadline) {
  pollfd entry{descriptor, events, 0};
  return ::poll(&entry, 1, static_cast<int>(deadline.count())) == 1;
}

// An empty text when connected.
std::string connect_to(int descriptor, const addrinfo& target, std::chrono::milliseconds deadline) {
  if (::connect(descriptor, target.ai_addr, target.ai_addrlen) == 0) return "";
  if (errno != EINPROGRESS) return std::strerror(errno);
  if (!wait_for(descriptor, POLLOUT, deadline)) return "no answer in time";
  int failure = 0;
  socklen_t size = sizeof failure;
  ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size);
  return failure == 0 ? "" : std::strerror(failure);
}

// MQTT 5 CONNECT: clean start, keep alive 10 s, no properties, client id "loomgate-doctor".
constexpr std::array<std::uint8_t, 30> kHello = {0x10, 28,  0,   4,   'M', 'Q', 'T', 'T', 5,   0x02,
                                                 0,    10,  0,   0,   15,  'l', 'o', 'o', 'm', 'g',
                                                 'a',  't', 'e', '-', 'd', 'o', 'c', 't', 'o', 'r'};

BrokerAnswer say_hello(int descriptor, std::chrono::milliseconds deadline) {
  if (::send(descriptor, kHello.data(), kHello.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(kHello.size())) {
    return BrokerAnswer::kSilent;
  }
  std::array<std::uint8_t, 64> answer{};
  std::size_t got = 0;
  while (got < 4 && wait_for(descriptor, POLLIN, deadline)) {
    const auto count = ::recv(descriptor, answer.data() + got, answer.size() - got, 0);
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  // CONNACK: type 2, then length, flags and the reason code.
  if (got < 4 || answer[0] != 0x20) return BrokerAnswer::kSilent;
  return answer[3] == 0 ? BrokerAnswer::kWelcomed : BrokerAnswer::kRefused;
}

}  // namespace

BrokerProbe probe_broker(const Address& address, bool hello, std::chrono::milliseconds deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (failure != 0) return {BrokerAnswer::kUnreachable, ::gai_strerror(failure)};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  BrokerProbe probe;
  for (const addrinfo* target = found; target != nullptr; target = target->ai_next) {
    const Socket socket(::socket(target->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) continue;
    probe.reason = connect_to(socket.get(), *target, deadline);
    if (!probe.reason.empty()) continue;
    probe.answer = hello ? say_hello(socket.get(), deadline) : BrokerAnswer::kSilent;
    return probe;
  }
  return probe;
}

}  // namespace loomgate::app
