// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/deadlines.h"

#include <sys/socket.h>

namespace loomgate::http {

namespace {

// How late a cut may come. Walking all connections twice a second costs microseconds.
constexpr std::chrono::milliseconds kTick{500};

}  // namespace

Deadlines::Deadlines() : thread_([this] { watch(); }) {}

Deadlines::~Deadlines() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void Deadlines::add(const void* connection, int socket, Time::duration allowed) {
  std::lock_guard lock(mutex_);
  entries_.insert_or_assign(connection, Entry{socket, Time::now() + allowed});
}

void Deadlines::set(const void* connection, Time::duration allowed) {
  std::lock_guard lock(mutex_);
  if (const auto entry = entries_.find(connection); entry != entries_.end()) entry->second.due = Time::now() + allowed;
}

void Deadlines::clear(const void* connection) {
  std::lock_guard lock(mutex_);
  if (const auto entry = entries_.find(connection); entry != entries_.end()) entry->second.due.reset();
}

void Deadlines::remove(const void* connection) {
  std::lock_guard lock(mutex_);
  entries_.erase(connection);
}

std::size_t Deadlines::connections() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

void Deadlines::watch() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, kTick, [this] { return stopping_; })) cut_overdue(Time::now());
}

void Deadlines::cut_overdue(Time::time_point now) {
  for (auto& [connection, entry] : entries_) {
    if (!entry.due || *entry.due > now) continue;
    // The event loop sees the end of the stream and closes the socket itself.
    ::shutdown(entry.socket, SHUT_RDWR);
    entry.due.reset();
  }
}

}  // namespace loomgate::http
