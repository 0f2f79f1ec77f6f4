// SPDX-License-Identifier: Apache-2.0
// The database's time, for what is compared across machines: brokers stamp sessions by it (broker_record_sessions), so what
// agents say must be stamped by it, too, and not by whichever host a daemon runs on. Thread safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "daemon/base/time.h"
#include "sql/pg/connection.h"

namespace loomgate::store {

class DatabaseClock {
 public:
  explicit DatabaseClock(Clock local) : local_(std::move(local)) {}

  // Asks the database; an answer that took too long to be of use changes nothing.
  void measure(pg::Connection& connection);
  // The local clock, put right. Before the first measurement it is the local clock.
  Timestamp now() const { return local_() + std::chrono::microseconds(offset_us_.load(std::memory_order_relaxed)); }

 private:
  const Clock local_;
  std::atomic<std::int64_t> offset_us_{0};
};

}  // namespace loomgate::store
