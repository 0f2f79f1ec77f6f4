// SPDX-License-Identifier: Apache-2.0
// A running server with a few routes for the tests of this folder.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "daemon/http/server.h"

namespace loomgate::http {

// A handler waits here until the test lets it go.
class Gate {
 public:
  void open();
  void wait();                        // by handlers
  void wait_for_arrivals(int count);  // by tests
  bool reached(int count, std::chrono::milliseconds deadline);
 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int arrived_ = 0;
};

struct Echo {
  std::string text;
  int times = 1;
};

class Site {
 public:
  explicit Site(ServerSettings settings = {}, ApplicationSettings application = {});
  ~Site();

  std::uint16_t port() const { return server.port(); }
  std::shared_ptr<Stream> stream();  // of the newest request of /stream; waits for it

  Gate gate;
  Application application;
  Server server;

 private:
  std::vector<Route> routes();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Stream> stream_;
};

}  // namespace loomgate::http
