// SPDX-License-Identifier: Apache-2.0
// An eventfd: any thread raises it, one sleeps on it or lets poll() watch it together with a socket.
#pragma once

#include <chrono>

namespace loomgate::pg {

class EventFd {
 public:
  EventFd();  // throws std::system_error
  ~EventFd();
  EventFd(const EventFd&) = delete;
  EventFd& operator=(const EventFd&) = delete;

  int fd() const { return fd_; }
  void raise();
  void clear();
  // True when it was raised before the time was up.
  bool wait(std::chrono::milliseconds longest);

 private:
  int fd_;
};

}  // namespace loomgate::pg
