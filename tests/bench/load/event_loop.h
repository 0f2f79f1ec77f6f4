// SPDX-License-Identifier: Apache-2.0
// Many MQTT connections in one thread: an epoll loop and the client it serves. Loopback only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tests/bench/load/packets.h"

namespace loomgate::bench {

using Clock = std::chrono::steady_clock;

class Client;

// What a load does with its clients. Called from EventLoop::run only.
class Load {
 public:
  virtual ~Load() = default;
  virtual void on_packet(Client& client, const Packet& packet) = 0;
  virtual void on_closed(Client& client) = 0;  // by the broker, or because the connection broke
};

class EventLoop {
 public:
  explicit EventLoop(Load& load);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Serves the clients until done() holds; asks it after every round, at least once per millisecond.
  // Throws std::runtime_error at the deadline, naming `what`.
  void run(std::string_view what, std::chrono::seconds deadline, const std::function<bool()>& done);

 private:
  friend class Client;
  Load& load_;
  int epoll_;
};

class Client {
 public:
  Client(EventLoop& loop, std::size_t number) : loop_(&loop), number_(number) {}
  ~Client() { close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Begins to connect and says CONNECT. Throws std::system_error when there is no socket to be had.
  void open(int port, const Identity& identity, const Session& session = {});
  void send(const std::string& packets);
  void close();
  bool is_open() const { return fd_ >= 0; }
  std::size_t number() const { return number_; }

 private:
  friend class EventLoop;
  void ready(std::uint32_t events);
  void flush();
  void receive();
  void lost();
  void want(bool writable);

  EventLoop* loop_;
  std::size_t number_;
  int fd_ = -1;
  bool wants_writable_ = false;
  std::string in_, out_;
};

}  // namespace loomgate::bench
