// SPDX-License-Identifier: Apache-2.0
// An eventfd: one thread raises it, another sleeps on it or lets poll() watch it.
#pragma once

#include <chrono>

namespace loomgate::presence {

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

}  // namespace loomgate::presence
