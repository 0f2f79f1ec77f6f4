// SPDX-License-Identifier: Apache-2.0
// Drops what is older than it is kept (daemon/store/retention.h), every minute, with or without devices. Every daemon has
// one; one at a time works.
//
// Threads: one of its own; start() and stop() belong to its owner.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "daemon/store/retention.h"
#include "sql/pg/pool.h"

namespace loomgate::services {

class Housekeeping {
 public:
  // pool must outlive it.
  Housekeeping(pg::Pool& pool, store::Retention retention) : pool_(pool), retention_(retention) {}
  ~Housekeeping() { stop(); }
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

  void start();
  void stop();  // safe to call twice

 private:
  void run();
  bool wait();  // false when it must stop
  void keep_house();

  pg::Pool& pool_;
  const store::Retention retention_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool fails_ = false;
  std::thread thread_;
};

}  // namespace loomgate::services
