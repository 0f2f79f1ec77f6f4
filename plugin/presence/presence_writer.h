// SPDX-License-Identifier: Apache-2.0
// Writes sessions to the database, behind the broker's back (design.md 4). A thread of its own owns a connection: it
// registers the broker, takes records from the queue, keeps the newest one of each principal, and writes them in
// batches of up to 500 rows per commit. When there is little to do, a single row goes out at once; while logins storm
// in, they are gathered for half a second at most, so that broker and database do not fight for the processors when
// devices want in, and a device that comes and goes costs one row. Every 5 s a heartbeat with the counters. While the
// database is away records are kept (one per principal); when it is back, the broker's thread is asked to tell all open
// sessions again.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "plugin/base/keyed_table.h"
#include "plugin/base/log_sink.h"
#include "plugin/presence/session_journal.h"
#include "plugin/presence/session_queue.h"
#include "sql/pg/connection.h"
#include "sql/pg/statement.h"

namespace loomgate::presence {

extern const pg::Statement kRegister;
extern const pg::Statement kHeartbeat;
extern const pg::Statement kRecordSessions;

struct BrokerIdentity {
  std::string broker_id;
  std::string boot_id;
  std::string broker_version;  // filled by PresenceWriter::start()
  std::string plugin_version;
};

struct SessionBatch;  // the columns of one statement

struct WriterStatus {
  std::atomic<bool> connected{false};
  std::atomic<std::uint64_t> rows{0}, commits{0}, failures{0};
};

class PresenceWriter {
 public:
  // `counters` makes the JSON object of a heartbeat; it is called on the writer's thread.
  PresenceWriter(std::string conninfo, BrokerIdentity identity, SessionQueue& queue, JournalStatus& journal,
                 LogSink log, std::function<std::string()> counters);
  ~PresenceWriter();  // stops without writing what is left; see finish()
  PresenceWriter(const PresenceWriter&) = delete;
  PresenceWriter& operator=(const PresenceWriter&) = delete;

  // Starts the thread. Signals meant for the broker must be blocked by the caller while this runs.
  void start(std::string broker_version);
  // Writes what is queued if the database is there, waiting so long at most, and stops.
  void finish(std::chrono::milliseconds longest);

  const WriterStatus& status() const { return status_; }

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  std::size_t collect();
  void gather();
  void remember(const SessionRecord& record);
  void work();
  void connect();
  void register_broker(pg::Connection& connection);
  void write_pending();
  void write(const SessionBatch& batch);
  std::string username_of(access::PrincipalKey key) const;
  void beat();
  void lost(const std::string& reason);
  std::chrono::milliseconds until_next_work() const;

  const std::string conninfo_;
  BrokerIdentity identity_;
  SessionQueue& queue_;
  JournalStatus& journal_;
  const LogSink log_;
  const std::function<std::string()> counters_;
  WriterStatus status_;

  // Of the writer's thread.
  std::optional<pg::Connection> connection_;
  KeyedTable<SessionRecord> pending_;  // the newest of each principal
  std::unordered_map<access::PrincipalKey, std::string> daemon_names_;
  Clock::time_point next_beat_{};
  Clock::time_point next_attempt_{};
  Clock::time_point last_beat_ = Clock::now();
  std::chrono::milliseconds pause_{0};
  bool told_lost_ = false;
  bool told_taken_over_ = false;

  std::atomic<bool> finishing_{false};
  pg::EventFd stop_, done_;
  std::thread thread_;
};

}  // namespace loomgate::presence
