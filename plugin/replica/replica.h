// SPDX-License-Identifier: Apache-2.0
// Keeps an AccessTable equal to PostgreSQL (design.md 4). A thread of its own owns the connection: after every
// (re)connect it reads the whole view `access`, then follows channel loomgate_access, re-reading only the usernames a
// notification names, and re-reads everything once a minute as a safety net. What changed is posted as an AccessUpdate;
// the thread that owns the table applies it. The roster is also kept on disk for a broker that starts while the
// database is down.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plugin/access/roster.h"
#include "plugin/base/log_sink.h"
#include "plugin/base/mailbox.h"
#include "plugin/replica/access_rows.h"
#include "plugin/replica/lookup.h"
#include "sql/pg/listener.h"

namespace loomgate::replica {

// A load of many devices comes in parcels, so that no thread ever holds all of it in one piece.
struct AccessUpdate {
  static constexpr std::size_t kMostChanges = 500;
  access::Changes changes;
  std::size_t devices = 0;  // in the roster after these changes
};

// Written by the replica's thread, read by any.
struct ReplicaStatus {
  std::atomic<bool> connected{false};
  std::atomic<bool> loaded{false};  // the table holds something that was once true: from the cache or from the database
  std::atomic<std::int64_t> confirmed_ms{0};  // when the database last answered; monotonic_ms() of that moment
  std::atomic<std::uint64_t> losses{0}, full_loads{0}, notifications{0}, bad_rows{0}, cache_saves{0}, cache_failures{0};
};

// CLOCK_MONOTONIC in milliseconds at the kernel's coarse grain: a few nanoseconds to read.
std::int64_t monotonic_ms();

struct ReplicaOptions {
  std::string conninfo;
  std::string cache_file;  // empty: no cache
  std::string application_name = "loomgate plugin: access";
  // The thread leaves the process's file table (plugin/base/own_files.h). Not where its log lines go to a file.
  bool own_files = true;
  std::chrono::milliseconds ping_interval{10000};
  std::chrono::milliseconds reload_interval{60000};
};

// The thread that owns the table, as the replica's thread sees it.
struct TableOwner {
  std::function<void()> wake = [] {};                 // interrupts its sleep; may miss, so it is repeated
  std::function<bool()> busy = [] { return false; };  // it has more to do with what it took: sessions to end
};

class Replica {
 public:
  // Reads the cache at once, on the caller's thread, and posts what it holds.
  Replica(ReplicaOptions options, Mailbox<AccessUpdate>& updates, LogSink log, TableOwner owner);
  ~Replica();  // stops and joins
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  // Starts the thread. Signals meant for the broker must be blocked by the caller while this runs.
  void start();

  const ReplicaStatus& status() const { return status_; }

  // The table's thread: asks the database for one username and waits. True when it answered in time; what it found is
  // in the mailbox then.
  bool look_up(const std::string& username, std::chrono::milliseconds patience);

 private:
  void load_from_cache();
  void on_connected(pg::Connection& connection);
  void on_notified(pg::Connection& connection, const std::vector<pg::Notification>& notifications);
  void on_idle(pg::Connection& connection);
  void on_lost(const std::string& reason);

  void load_all(pg::Connection& connection);
  void load_some(pg::Connection& connection, const std::vector<std::string>& usernames);
  void after_contact();
  void post(const access::Changes& changes);
  void note_loaded(bool changed);
  void wake_owner();
  void report_bad_rows(const BadRows& bad);
  void report_services(pg::Connection& connection);
  void answer_question(pg::Connection& connection);
  void keep_cache();

  const ReplicaOptions options_;
  Mailbox<AccessUpdate>& updates_;
  const LogSink log_;
  const TableOwner owner_;
  ReplicaStatus status_;
  LookupDesk desk_;
  std::atomic<bool> stopping_{false};

  // Of the replica's thread.
  access::Roster roster_;
  BadRows bad_rows_;
  bool services_enabled_ = true;
  bool unsaved_ = false;
  bool cache_broken_ = false;
  std::int64_t saved_ms_ = 0;
  std::int64_t loaded_ms_ = 0;

  std::unique_ptr<pg::Listener> listener_;  // last: its thread uses everything above
};

}  // namespace loomgate::replica
