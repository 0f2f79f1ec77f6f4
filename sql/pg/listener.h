// SPDX-License-Identifier: Apache-2.0
// A thread that owns one connection, LISTENs and reconnects for ever (250 ms doubling to 5 s, with jitter). A notification
// is a hint, the tables are the truth: after every (re)connect on_connected runs before any notification is delivered, so
// that the owner re-reads what it may have missed.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sql/pg/connection.h"

namespace loomgate::pg {

struct ListenerCallbacks {
  // All callbacks run on the listener's thread. An exception out of one, on_start excepted, is reported to on_lost and
  // ends the connection.
  std::function<void(const std::vector<int>& files)> on_start = {};                 // first of all, with the files it needs
  std::function<void(Connection&)> on_connected;                                    // LISTEN is active already
  std::function<void(Connection&, const std::vector<Notification>&)> on_notified;  // what arrived together
  std::function<void(Connection&)> on_idle;                                         // every idle_interval without a notification
  std::function<void(const std::string& reason)> on_lost;                           // once per loss, not per retry
};

class Listener {
 public:
  Listener(ConnectOptions options, std::vector<std::string> channels, std::chrono::milliseconds idle_interval,
           ListenerCallbacks callbacks);
  ~Listener();  // stops and joins
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Makes on_idle run soon, from any thread.
  void wake();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loomgate::pg
