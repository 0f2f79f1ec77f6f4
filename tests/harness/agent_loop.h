// SPDX-License-Identifier: Apache-2.0
// The thread of an AgentFleet: an epoll, timers, and tasks from other threads.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace loomgate::harness {

class AgentLoop {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Ready = std::function<void(unsigned events)>;

  AgentLoop();
  ~AgentLoop();
  AgentLoop(const AgentLoop&) = delete;
  AgentLoop& operator=(const AgentLoop&) = delete;

  void start();
  void stop();  // joins
  // From any thread; tasks run in order on the loop's thread.
  void post(std::function<void()> task);
  // From any thread; returns when the loop's thread has done it.
  void call(const std::function<void()>& task);

  // On the loop's thread only.
  void watch(int fd, bool also_writable, Ready ready);
  void rearm(int fd, bool also_writable);
  void forget(int fd);
  void after(std::chrono::milliseconds delay, std::function<void()> task);

 private:
  void run();
  void run_tasks();
  void run_timers();
  int next_timeout() const;

  int epoll_;
  int wake_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::vector<std::function<void()>> tasks_;
  std::multimap<Time, std::function<void()>> timers_;
  std::map<int, Ready> watched_;
  std::thread thread_;
};

}  // namespace loomgate::harness
