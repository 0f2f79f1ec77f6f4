// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/agent_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <utility>

namespace loomgate::harness {
namespace {

std::uint32_t interest(bool also_writable) {
  return EPOLLIN | (also_writable ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
}

}  // namespace

AgentLoop::AgentLoop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  epoll_event event{EPOLLIN, {}};
  event.data.fd = wake_;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

AgentLoop::~AgentLoop() {
  stop();
  close(epoll_);
  close(wake_);
}

void AgentLoop::start() {
  thread_ = std::thread([this] { run(); });
}

void AgentLoop::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  eventfd_write(wake_, 1);
  thread_.join();
}

void AgentLoop::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  eventfd_write(wake_, 1);
}

void AgentLoop::call(const std::function<void()>& task) {
  if (std::this_thread::get_id() == thread_.get_id()) return task();
  const auto done = std::make_shared<std::promise<void>>();
  post([&task, done] {
    task();
    done->set_value();
  });
  done->get_future().wait();
}

void AgentLoop::watch(int fd, bool also_writable, Ready ready) {
  watched_[fd] = std::move(ready);
  epoll_event event{interest(also_writable), {}};
  event.data.fd = fd;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void AgentLoop::rearm(int fd, bool also_writable) {
  epoll_event event{interest(also_writable), {}};
  event.data.fd = fd;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void AgentLoop::forget(int fd) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  watched_.erase(fd);
}

void AgentLoop::after(std::chrono::milliseconds delay, std::function<void()> task) {
  timers_.emplace(std::chrono::steady_clock::now() + delay, std::move(task));
}

void AgentLoop::run() {
  std::array<epoll_event, 256> events;
  while (!stopping_) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), next_timeout());
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      if (event.data.fd == wake_) {
        eventfd_t value = 0;
        eventfd_read(wake_, &value);
        continue;
      }
      // A callback may close any socket, so the table is asked again each time.
      const auto found = watched_.find(event.data.fd);
      if (found == watched_.end()) continue;
      const auto ready = found->second;
      ready(event.events);
    }
    run_tasks();
    run_timers();
  }
}

void AgentLoop::run_tasks() {
  std::vector<std::function<void()>> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
  }
  for (const auto& task : tasks) task();
}

void AgentLoop::run_timers() {
  const auto now = std::chrono::steady_clock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const auto task = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    task();
  }
}

int AgentLoop::next_timeout() const {
  if (timers_.empty()) return 1000;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1000));
}

}  // namespace loomgate::harness
