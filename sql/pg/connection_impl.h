// SPDX-License-Identifier: Apache-2.0
// Private to sql/pg: the libpq handle behind a Connection. The socket is non-blocking; every wait has a deadline and
// can be interrupted.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "sql/pg/connection.h"

namespace loomgate::pg {

using SteadyClock = std::chrono::steady_clock;
using Deadline = std::optional<SteadyClock::time_point>;  // none: wait for ever
using ResultHandle = std::unique_ptr<PGresult, decltype(&PQclear)>;

// What the server said of a failed result, as an exception. `what` names the statement. DETAIL is left out on purpose:
// it quotes whole rows, sealed columns and hashes included.
DatabaseError error_of(const PGresult* result, std::string_view what);

struct Connection::Impl {
  explicit Impl(const ConnectOptions& connect_options);
  ~Impl() { PQfinish(handle); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Deadline answer_deadline() const;
  void wait_for_socket(short events, Deadline deadline);
  void flush(Deadline deadline);
  ResultHandle next_result(Deadline deadline);
  // Everything up to the end of the command; the last result, or the first error thrown.
  Result collect(Deadline deadline, std::string_view what);

  void send_prepare(const Statement& statement);
  void send_execute(const Statement& statement, const Params& parameters);
  void consume_input();
  void note_if_lost(const DatabaseError& error);
  [[noreturn]] void fail_lost(const std::string& reason);
  [[noreturn]] void fail_lost();  // with libpq's reason

  ConnectOptions options;
  PGconn* handle = nullptr;
  std::unordered_set<const Statement*> prepared;
  bool lost = false;

 private:
  void connect();
  void connect_one_host();
};

}  // namespace loomgate::pg
