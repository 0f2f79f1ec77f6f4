// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/deadlines.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace loomgate::http {

namespace {

// How late a cut may come. Walking all connections twice a second costs microseconds.
constexpr std::chrono::milliseconds kTick{500};
constexpr std::chrono::seconds kLinger{2};
constexpr std::size_t kMostLingering = 256;

constexpr int kMostReads = 16;  // per tick and socket: a fast sender must not keep the lock

// True when the client has ended the connection.
bool drain(int socket) {
  std::array<char, 65536> buffer;
  for (int i = 0; i < kMostReads; ++i) {
    const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got <= 0) return got == 0;
  }
  return false;
}

}  // namespace

Deadlines::Deadlines() : thread_([this] { watch(); }) {}

Deadlines::~Deadlines() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
  for (const Lingering& left : lingering_) ::close(left.socket);
}

void Deadlines::add(const void* connection, int socket, Time::duration allowed) {
  std::lock_guard lock(mutex_);
  entries_.insert_or_assign(connection, Entry{.socket = socket, .due = Time::now() + allowed});
}

void Deadlines::set(const void* connection, Time::duration allowed) {
  std::lock_guard lock(mutex_);
  if (const auto entry = entries_.find(connection); entry != entries_.end()) entry->second.due = Time::now() + allowed;
}

void Deadlines::clear(const void* connection) {
  std::lock_guard lock(mutex_);
  if (const auto entry = entries_.find(connection); entry != entries_.end()) entry->second.due.reset();
}

void Deadlines::linger(const void* connection) {
  std::lock_guard lock(mutex_);
  if (const auto entry = entries_.find(connection); entry != entries_.end()) entry->second.lingers = true;
}

void Deadlines::remove(const void* connection) {
  std::lock_guard lock(mutex_);
  const auto entry = entries_.find(connection);
  if (entry == entries_.end()) return;
  if (entry->second.lingers && lingering_.size() < kMostLingering) {
    const int copy = ::fcntl(entry->second.socket, F_DUPFD_CLOEXEC, 0);
    if (copy >= 0) lingering_.push_back({copy, Time::now() + kLinger});
  }
  entries_.erase(entry);
}

std::size_t Deadlines::connections() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

void Deadlines::watch() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, kTick, [this] { return stopping_; })) {
    cut_overdue(Time::now());
    drain_lingering(Time::now());
  }
}

void Deadlines::drain_lingering(Time::time_point now) {
  std::erase_if(lingering_, [&](const Lingering& left) {
    if (!drain(left.socket) && left.due > now) return false;
    ::close(left.socket);
    return true;
  });
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
