// SPDX-License-Identifier: Apache-2.0
// A bounded pool of connections, made when first needed. Thread safe. A connection that was lost is thrown away and the
// next lease makes a new one; a lease that ends inside a transaction throws its connection away as well.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "sql/pg/connection.h"
#include "sql/pg/transaction.h"

namespace loomgate::pg {

class Pool {
 public:
  Pool(ConnectOptions options, std::size_t size, std::chrono::milliseconds wait = std::chrono::milliseconds(5000));

  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
    ~Lease();
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    Connection& operator*() { return *connection_; }
    Connection* operator->() { return connection_.get(); }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Throws DatabaseError(kConnectionLost) when PostgreSQL cannot be reached or no connection came free in time.
  Lease acquire();

  // Runs work(Transaction&) and commits; runs it again, at most `attempts` times in all, when PostgreSQL says kRetryable or
  // when a pooled connection turned out to be dead at BEGIN. work must have no effect outside the transaction.
  template <typename Work>
  auto transact(Work&& work, int attempts = 4) {
    for (int attempt = 1;; ++attempt) {
      if (attempt > 1) pause_before_retry(attempt);
      auto lease = acquire();
      bool begun = false;
      try {
        Transaction transaction(*lease);
        begun = true;
        if constexpr (std::is_void_v<decltype(work(transaction))>) {
          work(transaction);
          transaction.commit();
          return;
        } else {
          auto value = work(transaction);
          transaction.commit();
          return value;
        }
      } catch (const DatabaseError& error) {
        const bool dead_at_begin = error.error_class() == ErrorClass::kConnectionLost && !begun;
        if ((error.error_class() != ErrorClass::kRetryable && !dead_at_begin) || attempt >= attempts) throw;
      }
    }
  }

  const ConnectOptions& options() const { return options_; }

 private:
  // A few milliseconds with jitter, so that two transactions that met do not meet again.
  static void pause_before_retry(int attempt);
  void give_back(std::unique_ptr<Connection> connection);

  ConnectOptions options_;
  std::size_t size_;
  std::chrono::milliseconds wait_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t leased_ = 0;
};

}  // namespace loomgate::pg
