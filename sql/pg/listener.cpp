// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/listener.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <random>
#include <stdexcept>
#include <thread>

#include "sql/pg/event_fd.h"

namespace loomgate::pg {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstPause{250};
constexpr std::chrono::milliseconds kLongestPause{5000};

}  // namespace

struct Listener::Impl {
  Impl(ConnectOptions connect_options, std::vector<std::string> listen_channels, std::chrono::milliseconds interval,
       ListenerCallbacks listener_callbacks)
      : options(std::move(connect_options)),
        channels(std::move(listen_channels)),
        idle_interval(interval),
        callbacks(std::move(listener_callbacks)) {
    options.interrupt_fd = stop.fd();
    thread = std::thread([this] { run(); });
  }

  ~Impl() {
    stopping = true;
    stop.raise();
    thread.join();
  }

  void run();
  void serve(Connection& connection);
  void report(const std::string& reason);
  void pause(std::chrono::milliseconds length);

  ConnectOptions options;
  std::vector<std::string> channels;
  std::chrono::milliseconds idle_interval;
  ListenerCallbacks callbacks;
  EventFd stop;
  EventFd woken;
  std::atomic<bool> stopping{false};
  bool reported = false;
  std::thread thread;
};

void Listener::Impl::run() {
  if (callbacks.on_start) callbacks.on_start({stop.fd(), woken.fd()});
  std::chrono::milliseconds next_pause = kFirstPause;
  while (!stopping) {
    try {
      Connection connection(options);
      for (const std::string& channel : channels) connection.exec_script("LISTEN " + channel);
      if (callbacks.on_connected) callbacks.on_connected(connection);
      next_pause = kFirstPause;
      reported = false;
      serve(connection);
    } catch (const std::exception& error) {
      report(error.what());
    }
    pause(next_pause);
    next_pause = std::min(2 * next_pause, kLongestPause);
  }
}

void Listener::Impl::serve(Connection& connection) {
  Clock::time_point idle_at = Clock::now() + idle_interval;
  while (!stopping) {
    // Before every wait: a query of a callback may have read notifications along with its answer.
    if (const auto notifications = connection.poll_notifications(); !notifications.empty()) {
      if (callbacks.on_notified) callbacks.on_notified(connection, notifications);
      idle_at = Clock::now() + idle_interval;
      continue;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(idle_at - Clock::now()).count();
    std::array<pollfd, 3> fds{pollfd{connection.socket(), POLLIN, 0}, pollfd{stop.fd(), POLLIN, 0}, pollfd{woken.fd(), POLLIN, 0}};
    if (poll(fds.data(), fds.size(), left < 0 ? 0 : static_cast<int>(left)) < 0 && errno != EINTR)
      throw std::runtime_error("poll failed");
    const bool wake = (fds[2].revents & POLLIN) != 0;
    if (wake) woken.clear();
    if (wake || Clock::now() >= idle_at) {
      if (callbacks.on_idle) callbacks.on_idle(connection);
      idle_at = Clock::now() + idle_interval;
    }
  }
}

void Listener::Impl::report(const std::string& reason) {
  if (stopping || std::exchange(reported, true) || !callbacks.on_lost) return;
  callbacks.on_lost(reason);
}

void Listener::Impl::pause(std::chrono::milliseconds length) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto jittered = std::uniform_int_distribution<std::int64_t>(length.count() / 2, length.count())(random);
  pollfd fd{stop.fd(), POLLIN, 0};
  poll(&fd, 1, static_cast<int>(jittered));
}

Listener::Listener(ConnectOptions options, std::vector<std::string> channels, std::chrono::milliseconds idle_interval,
                   ListenerCallbacks callbacks)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(channels), idle_interval, std::move(callbacks))) {}

Listener::~Listener() = default;

void Listener::wake() { impl_->woken.raise(); }

}  // namespace loomgate::pg
