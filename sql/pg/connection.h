// SPDX-License-Identifier: Apache-2.0
// One PostgreSQL connection. Not thread safe: a connection belongs to one thread at a time (Pool hands it out).
// Every session runs with TimeZone UTC, DateStyle ISO and search_path loomgate. Every failure throws DatabaseError; the
// text of PostgreSQL stays in it and in the log.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/pg/errors.h"
#include "sql/pg/params.h"
#include "sql/pg/result.h"
#include "sql/pg/statement.h"

namespace loomgate::pg {

struct ConnectOptions {
  // libpq keyword/value text or a postgresql:// URL. "+driver" suffixes of the scheme are dropped by normalize_conninfo.
  std::string conninfo;
  std::string application_name = "loomgate";
  std::chrono::milliseconds connect_timeout{5000};
  // Bounds every statement on the server; zero means no bound. A server that does not answer at all (a frozen machine
  // whose kernel still acknowledges) counts as lost ten seconds later.
  std::chrono::milliseconds statement_timeout{30000};
  // Every wait of the connection, connecting included, ends with kConnectionLost when this descriptor becomes readable.
  // A thread that must stop promptly passes an eventfd; -1 for none. Several hosts in one conninfo are tried by libpq
  // itself, where only connect_timeout (per host) applies.
  int interrupt_fd = -1;
};

// Rewrites "postgresql+psycopg://..." to what libpq reads and checks it with libpq's own parser.
// Returns nullopt and sets reason (no password in it) when libpq would refuse it.
std::optional<std::string> normalize_conninfo(std::string_view conninfo, std::string& reason);
// The conninfo with its password replaced, fit for a log line.
std::string redact_conninfo(std::string_view conninfo);

struct Notification {
  std::string channel;
  std::string payload;
};

class Connection {
 public:
  explicit Connection(const ConnectOptions& options);
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  // Parses and plans the statement on the server, once per connection. exec() does so by itself.
  void prepare(const Statement& statement);
  // Prepares the statement at its first use on this connection, then executes it.
  Result exec(const Statement& statement, const Params& parameters = {});
  // For migrations, LISTEN and SET: simple protocol, several commands allowed, the last result is returned. kPatient waits
  // for the answer for ever: for scripts that lift statement_timeout.
  enum class Wait { kBounded, kPatient };
  Result exec_script(const std::string& sql, Wait wait = Wait::kBounded);

  // Pipeline mode: queue several statements, one round trip. Results in the order of add(). The first failure aborts the
  // rest and is thrown from run(). Prepared as exec() does.
  class Pipeline {
   public:
    Pipeline& add(const Statement& statement, Params parameters = {});
    std::vector<Result> run();

   private:
    friend class Connection;
    explicit Pipeline(Connection& connection) : connection_(connection) {}
    Connection& connection_;
    std::vector<std::pair<const Statement*, Params>> queued_;
  };
  Pipeline pipeline() { return Pipeline(*this); }

  // False once a failure of class kConnectionLost was seen; such a connection is only good for destruction.
  bool usable() const;
  bool in_transaction() const;
  bool transaction_failed() const;  // an error inside the transaction: only a rollback can follow
  // Cheap check of a connection that lay idle: reads what arrived without blocking; false when the server has gone.
  bool alive();
  const ConnectOptions& options() const;
  int socket() const;
  int server_version() const;  // for example 150018
  // Reads what has arrived without blocking and returns pending notifications.
  std::vector<Notification> poll_notifications();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loomgate::pg
