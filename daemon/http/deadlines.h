// SPDX-License-Identifier: Apache-2.0
// Cuts connections that take too long to say what they want. libmicrohttpd's own timeout starts anew with every byte,
// so a client that sends one byte a second would stay for ever.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace loomgate::http {

// Thread safe. Keys are connections; a socket is only touched between add() and remove(), so its number cannot belong
// to another connection yet.
class Deadlines {
 public:
  using Time = std::chrono::steady_clock;

  Deadlines();
  ~Deadlines();
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  void add(const void* connection, int socket, Time::duration allowed);
  void set(const void* connection, Time::duration allowed);
  void clear(const void* connection);  // no deadline while a request is being answered
  // The connection ends with unread bytes of its client. Closing it at once would reset it, and the client might never
  // see the answer; so after remove() a copy of the socket is drained for a moment.
  void linger(const void* connection);
  void remove(const void* connection);  // before the socket is closed
  std::size_t connections() const;

 private:
  struct Entry {
    int socket;
    std::optional<Time::time_point> due;
    bool lingers = false;
  };
  struct Lingering {
    int socket;
    Time::time_point due;
  };
  void watch();
  void cut_overdue(Time::time_point now);
  void drain_lingering(Time::time_point now);

  mutable std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::map<const void*, Entry> entries_;
  std::vector<Lingering> lingering_;
  std::thread thread_;
};

}  // namespace loomgate::http
