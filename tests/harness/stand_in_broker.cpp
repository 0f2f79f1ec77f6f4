// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/stand_in_broker.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace loomgate::harness {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

bool readable(int fd, milliseconds time) {
  pollfd item{fd, POLLIN, 0};
  return ::poll(&item, 1, static_cast<int>(time.count())) > 0;
}

milliseconds until(SteadyClock::time_point end) {
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(end - SteadyClock::now()));
}

}  // namespace

StandInBroker::StandInBroker() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 4) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no loopback port for a stand-in broker");
  }
  port_ = ntohs(address.sin_port);
}

StandInBroker::~StandInBroker() {
  hang_up();
  ::close(listener_);
}

bool StandInBroker::accept(milliseconds deadline) {
  if (!readable(listener_, deadline)) return false;
  hang_up();
  connection_ = ::accept(listener_, nullptr, nullptr);
  reader_ = {};
  closed_ = false;
  return connection_ >= 0;
}

std::optional<mqtt::Packet> StandInBroker::welcome(bool session_present, milliseconds deadline) {
  if (!accept(deadline)) return std::nullopt;
  auto connect = expect(mqtt::Type::kConnect, deadline);
  if (!connect) return std::nullopt;
  send(mqtt::write_connack(session_present));
  const auto packet = expect(mqtt::Type::kSubscribe, deadline);
  if (!packet) return std::nullopt;
  const auto subscribe = mqtt::read_subscribe(*packet);
  send(mqtt::write_suback(subscribe.packet_id, std::vector<std::uint8_t>(subscribe.filters.size(), 1)));
  return connect;
}

void StandInBroker::send(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto count = ::send(connection_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) throw std::runtime_error("the client of a stand-in broker went away");
    sent += static_cast<std::size_t>(count);
  }
}

std::optional<mqtt::Packet> StandInBroker::next(milliseconds deadline) {
  const auto end = SteadyClock::now() + deadline;
  while (!closed_) {
    if (auto packet = reader_.next()) return packet;
    if (!readable(connection_, until(end))) return std::nullopt;
    std::array<char, 16384> bytes;
    const auto count = ::read(connection_, bytes.data(), bytes.size());
    if (count <= 0)
      closed_ = true;
    else
      reader_.feed({bytes.data(), static_cast<std::size_t>(count)});
  }
  return std::nullopt;
}

std::optional<mqtt::Packet> StandInBroker::expect(mqtt::Type type, milliseconds deadline) {
  const auto end = SteadyClock::now() + deadline;
  while (auto packet = next(until(end))) {
    if (packet->type() == type) return packet;
    if (packet->type() == mqtt::Type::kPingreq) send(mqtt::write_pingresp());
  }
  return std::nullopt;
}

bool StandInBroker::silent_for(milliseconds time) {
  return !next(time) && !closed_;
}

bool StandInBroker::peer_closed(milliseconds deadline) {
  const auto end = SteadyClock::now() + deadline;
  while (!closed_ && SteadyClock::now() < end) next(until(end));
  return closed_;
}

void StandInBroker::hang_up() {
  if (connection_ >= 0) ::close(std::exchange(connection_, -1));
}

}  // namespace loomgate::harness
