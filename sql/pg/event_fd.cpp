// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/event_fd.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace loomgate::pg {

EventFd::EventFd() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

EventFd::~EventFd() {
  ::close(fd_);
}

void EventFd::raise() {
  ::eventfd_write(fd_, 1);
}

void EventFd::clear() {
  eventfd_t ignored = 0;
  ::eventfd_read(fd_, &ignored);
}

bool EventFd::wait(std::chrono::milliseconds longest) {
  pollfd event{fd_, POLLIN, 0};
  return ::poll(&event, 1, static_cast<int>(longest.count())) > 0;
}

}  // namespace loomgate::pg
