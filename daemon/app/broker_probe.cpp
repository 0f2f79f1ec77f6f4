// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/broker_probe.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>

#include "daemon/base/tcp_connect.h"

namespace loomgate::app {
namespace {

// MQTT 5 CONNECT: clean start, keep alive 10 s, no properties, client id "loomgate-doctor".
constexpr std::array<std::uint8_t, 30> kHello = {0x10, 28,  0,   4,   'M', 'Q', 'T', 'T', 5,   0x02,
                                                 0,    10,  0,   0,   15,  'l', 'o', 'o', 'm', 'g',
                                                 'a',  't', 'e', '-', 'd', 'o', 'c', 't', 'o', 'r'};

BrokerAnswer say_hello(const Socket& socket, Deadline deadline) {
  if (::send(socket.get(), kHello.data(), kHello.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(kHello.size())) {
    return BrokerAnswer::kSilent;
  }
  std::array<std::uint8_t, 64> answer{};
  std::size_t got = 0;
  while (got < 4 && wait_for(socket, POLLIN, deadline)) {
    const auto count = ::recv(socket.get(), answer.data() + got, answer.size() - got, 0);
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  // CONNACK: type 2, then length, flags and the reason code.
  if (got < 4 || answer[0] != 0x20) return BrokerAnswer::kSilent;
  return answer[3] == 0 ? BrokerAnswer::kWelcomed : BrokerAnswer::kRefused;
}

}  // namespace

BrokerProbe probe_broker(const Address& address, bool hello, std::chrono::milliseconds deadline) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  const auto connection = connect_tcp(address.host, address.port, until);
  if (!connection.problem.empty()) return {BrokerAnswer::kUnreachable, connection.problem};
  return {hello ? say_hello(connection.socket, until) : BrokerAnswer::kSilent, ""};
}

}  // namespace loomgate::app
