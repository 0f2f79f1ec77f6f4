// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/event_loop.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace loomgate::bench {
namespace {

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

}  // namespace

EventLoop::EventLoop(Load& load) : load_(load), epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

EventLoop::~EventLoop() { ::close(epoll_); }

void EventLoop::run(std::string_view what, std::chrono::seconds deadline, const std::function<bool()>& done) {
  const auto end = Clock::now() + deadline;
  std::array<epoll_event, 256> events{};
  while (!done()) {
    if (Clock::now() > end) throw std::runtime_error("no end in time: " + std::string(what));
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1);
    for (int index = 0; index < count; ++index) {
      const auto& event = events[static_cast<std::size_t>(index)];
      static_cast<Client*>(event.data.ptr)->ready(event.events);
    }
  }
}

void Client::open(int port, const Identity& identity, const Session& session) {
  fd_ = checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 && errno != EINPROGRESS) {
    checked(-1, "connect");
  }
  in_.clear();
  out_.clear();
  write_connect(out_, identity, session);
  wants_writable_ = true;
  epoll_event event{EPOLLIN | EPOLLOUT, {.ptr = this}};
  checked(epoll_ctl(loop_->epoll_, EPOLL_CTL_ADD, fd_, &event), "epoll_ctl");
}

void Client::send(const std::string& packets) {
  if (fd_ < 0) return;
  const bool idle = out_.empty();
  out_ += packets;
  if (idle) flush();
}

void Client::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void Client::ready(std::uint32_t events) {
  if (fd_ >= 0 && (events & EPOLLOUT) != 0) flush();
  if (fd_ >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive();
}

void Client::flush() {
  std::size_t sent = 0;
  while (sent < out_.size()) {
    const ssize_t count = ::send(fd_, out_.data() + sent, out_.size() - sent, MSG_NOSIGNAL);
    if (count < 0) {
      if (errno != EAGAIN) return lost();
      break;
    }
    sent += static_cast<std::size_t>(count);
  }
  out_.erase(0, sent);
  want(!out_.empty());
}

void Client::want(bool writable) {
  if (writable == wants_writable_) return;
  wants_writable_ = writable;
  epoll_event event{writable ? EPOLLIN | EPOLLOUT : EPOLLIN, {.ptr = this}};
  checked(epoll_ctl(loop_->epoll_, EPOLL_CTL_MOD, fd_, &event), "epoll_ctl");
}

void Client::receive() {
  std::array<char, 65536> buffer;
  const ssize_t count = recv(fd_, buffer.data(), buffer.size(), 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) return lost();
  in_.append(buffer.data(), static_cast<std::size_t>(count));
  std::string_view rest = in_;
  while (fd_ >= 0) {
    const auto packet = take_packet(rest);
    if (!packet) break;
    loop_->load_.on_packet(*this, *packet);
  }
  in_.erase(0, in_.size() - rest.size());
}

void Client::lost() {
  close();
  loop_->load_.on_closed(*this);
}

}  // namespace loomgate::bench
