// SPDX-License-Identifier: Apache-2.0
// The database's time, for what is compared across machines: brokers stamp sessions by it (broker_record_sessions), so
// what agents say must be stamped by it, too, and not by whichever host a daemon runs on. Thread safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

#include "daemon/base/time.h"
#include "sql/pg/connection.h"

namespace loomgate::store {

class DatabaseClock {
 public:
  // The local time of day is read once; from then on `steady` counts, so that this clock does not jump with the host's.
  explicit DatabaseClock(const Clock& local, MonotonicClock steady = steady_clock())
      : steady_(std::move(steady)), began_(local()), began_steady_(steady_()) {}

  // Asks the database; after the first time an answer that took too long to be of use changes nothing.
  void measure(pg::Connection& connection);
  // The local clock, put right. Before the first measurement it is the local clock.
  Timestamp now() const { return local() + std::chrono::microseconds(offset_us_.load(std::memory_order_relaxed)); }

 private:
  Timestamp local() const {
    return began_ + std::chrono::duration_cast<std::chrono::microseconds>(steady_() - began_steady_);
  }

  const MonotonicClock steady_;
  const Timestamp began_;
  const std::chrono::steady_clock::time_point began_steady_;
  std::atomic<std::int64_t> offset_us_{0};
  std::atomic<bool> measured_{false};
};

}  // namespace loomgate::store
