// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/pool.h"

#include <random>
#include <thread>

namespace loomgate::pg {

Pool::Pool(ConnectOptions options, std::size_t size, std::chrono::milliseconds wait)
    : options_(std::move(options)), size_(size), wait_(wait) {}

Pool::Lease::~Lease() {
  if (connection_) pool_->give_back(std::move(connection_));
}

Pool::Lease Pool::acquire() {
  {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, wait_, [this] { return leased_ < size_; }))
      throw DatabaseError(ErrorClass::kConnectionLost, "", "", "no database connection came free in time");
    ++leased_;
    while (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      if (connection->alive()) return Lease(*this, std::move(connection));
    }
  }
  // Connecting takes long compared with everything above: other threads may lease meanwhile.
  try {
    return Lease(*this, std::make_unique<Connection>(options_));
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  const bool keep = connection && connection->usable() && !connection->in_transaction();
  {
    std::lock_guard lock(mutex_);
    --leased_;
    if (keep) idle_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

void Pool::pause_before_retry(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(1, 10 * attempt)(random)));
}

}  // namespace loomgate::pg
