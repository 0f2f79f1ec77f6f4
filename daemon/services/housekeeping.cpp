// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/housekeeping.h"

#include <chrono>
#include <exception>
#include <utility>

#include "daemon/base/log.h"
#include "daemon/services/messages.h"

namespace loomgate::services {
namespace {

constexpr std::chrono::minutes kInterval{1};

}  // namespace

void Housekeeping::start() {
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void Housekeeping::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Housekeeping::run() {
  do {
    try {
      keep_house();
      fails_ = false;
    } catch (const std::exception& error) {
      if (!std::exchange(fails_, true)) log(kNotTidied, error.what());
    }
  } while (wait());
}

bool Housekeeping::wait() {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, kInterval, [this] { return stopping_; });
}

void Housekeeping::keep_house() {
  const auto some = [this](pg::Transaction& transaction) { return store::drop_old_rows(transaction, retention_); };
  while (pool_.transact(some)) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
  }
}

}  // namespace loomgate::services
