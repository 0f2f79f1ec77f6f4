// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "sql/pg/connection_impl.h"

namespace loomgate::pg {
namespace {

// How long after statement_timeout a silent server counts as lost.
constexpr std::chrono::seconds kGrace{10};

std::string one_line(const char* text) {
  std::string line = text == nullptr ? "" : text;
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  for (char& c : line)
    if (c == '\n') c = ' ';
  return line;
}

std::string field_of(const PGresult* result, int field) { return one_line(PQresultErrorField(result, field)); }

int milliseconds_until(Deadline deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - SteadyClock::now()).count();
  return left < 0 ? 0 : static_cast<int>(std::min<std::int64_t>(left, 1000 * 3600));
}

}  // namespace

DatabaseError error_of(const PGresult* result, std::string_view what) {
  const std::string sqlstate = field_of(result, PG_DIAG_SQLSTATE);
  const std::string primary = field_of(result, PG_DIAG_MESSAGE_PRIMARY);
  // Without a SQLSTATE the text is libpq's own: the connection broke.
  if (sqlstate.empty())
    return DatabaseError(ErrorClass::kConnectionLost, "", "", fmt::format("{}: {}", what, one_line(PQresultErrorMessage(result))));
  return DatabaseError(classify_sqlstate(sqlstate), sqlstate, field_of(result, PG_DIAG_CONSTRAINT_NAME),
                       fmt::format("{}: {} (SQLSTATE {})", what, primary, sqlstate));
}

Deadline Connection::Impl::answer_deadline() const {
  if (options.statement_timeout.count() == 0) return std::nullopt;
  return SteadyClock::now() + options.statement_timeout + kGrace;
}

void Connection::Impl::wait_for_socket(short events, Deadline deadline) {
  std::array<pollfd, 2> fds{pollfd{PQsocket(handle), events, 0}, pollfd{options.interrupt_fd, POLLIN, 0}};
  for (;;) {
    const int ready = poll(fds.data(), fds.size(), milliseconds_until(deadline));
    if (ready > 0 && (fds[1].revents & POLLIN) != 0) fail_lost("interrupted");
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) fail_lost(fmt::format("poll: {}", std::strerror(errno)));
    if (ready == 0 && deadline && SteadyClock::now() >= *deadline) fail_lost("no answer from PostgreSQL in time");
  }
}

void Connection::Impl::consume_input() {
  if (PQconsumeInput(handle) == 0) fail_lost();
}

void Connection::Impl::flush(Deadline deadline) {
  for (;;) {
    const int pending = PQflush(handle);
    if (pending < 0) fail_lost();
    if (pending == 0) return;
    // Reading too: a server whose answers nobody takes would stop reading our requests.
    wait_for_socket(POLLIN | POLLOUT, deadline);
    consume_input();
  }
}

ResultHandle Connection::Impl::next_result(Deadline deadline) {
  while (PQisBusy(handle) != 0) {
    wait_for_socket(POLLIN, deadline);
    consume_input();
  }
  return {PQgetResult(handle), &PQclear};
}

Result Connection::Impl::collect(Deadline deadline, std::string_view what) {
  flush(deadline);
  ResultHandle last(nullptr, &PQclear);
  std::optional<DatabaseError> failure;
  while (ResultHandle result = next_result(deadline)) {
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) fail_lost("COPY is not supported");
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY && !failure)
      failure = error_of(result.get(), what);
    last = std::move(result);
  }
  if (failure) {
    note_if_lost(*failure);
    throw DatabaseError(*failure);
  }
  return Result(last.release());
}

void Connection::Impl::note_if_lost(const DatabaseError& error) {
  if (error.error_class() == ErrorClass::kConnectionLost || PQstatus(handle) != CONNECTION_OK) lost = true;
}

void Connection::Impl::fail_lost(const std::string& reason) {
  lost = true;
  throw DatabaseError(ErrorClass::kConnectionLost, "", "", reason);
}

void Connection::Impl::fail_lost() { fail_lost(one_line(PQerrorMessage(handle))); }

void Connection::Impl::send_prepare(const Statement& statement) {
  if (PQsendPrepare(handle, statement.name, statement.sql, 0, nullptr) == 0) fail_lost();
}

void Connection::Impl::send_execute(const Statement& statement, const Params& parameters) {
  const auto& values = parameters.values();
  std::vector<const char*> data(values.size());
  std::vector<int> lengths(values.size());
  std::vector<int> formats(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    data[i] = values[i].null ? nullptr : values[i].data.c_str();
    lengths[i] = static_cast<int>(values[i].data.size());
    formats[i] = values[i].binary ? 1 : 0;
  }
  const int sent = statement.plan == Plan::kFresh
                       ? PQsendQueryParams(handle, statement.sql, parameters.size(), nullptr, data.data(), lengths.data(), formats.data(), 0)
                       : PQsendQueryPrepared(handle, statement.name, parameters.size(), data.data(), lengths.data(), formats.data(), 0);
  if (sent == 0) fail_lost();
}

Connection::Connection(const ConnectOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

void Connection::prepare(const Statement& statement) {
  if (impl_->prepared.contains(&statement)) return;
  impl_->send_prepare(statement);
  impl_->collect(impl_->answer_deadline(), statement.name);
  impl_->prepared.insert(&statement);
}

Result Connection::exec(const Statement& statement, const Params& parameters) {
  if (statement.plan == Plan::kKept) prepare(statement);
  impl_->send_execute(statement, parameters);
  return impl_->collect(impl_->answer_deadline(), statement.name);
}

Result Connection::exec_script(const std::string& sql, Wait wait) {
  if (PQsendQuery(impl_->handle, sql.c_str()) == 0) impl_->fail_lost();
  return impl_->collect(wait == Wait::kPatient ? std::nullopt : impl_->answer_deadline(), "script");
}

bool Connection::usable() const { return !impl_->lost && PQstatus(impl_->handle) == CONNECTION_OK; }

bool Connection::in_transaction() const {
  const PGTransactionStatusType status = PQtransactionStatus(impl_->handle);
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

bool Connection::transaction_failed() const { return PQtransactionStatus(impl_->handle) == PQTRANS_INERROR; }

const ConnectOptions& Connection::options() const { return impl_->options; }
int Connection::socket() const { return PQsocket(impl_->handle); }
int Connection::server_version() const { return PQserverVersion(impl_->handle); }

bool Connection::alive() {
  pollfd fd{PQsocket(impl_->handle), POLLIN, 0};
  while (usable() && poll(&fd, 1, 0) > 0) {
    if (PQconsumeInput(impl_->handle) == 0) impl_->lost = true;
    // Parses what was read: the server's last words arrive here as a notice (connect.cpp).
    if (PQisBusy(impl_->handle) != 0) break;
  }
  return usable();
}

std::vector<Notification> Connection::poll_notifications() {
  impl_->consume_input();
  std::vector<Notification> notifications;
  while (const std::unique_ptr<PGnotify, decltype(&PQfreemem)> notify{PQnotifies(impl_->handle), &PQfreemem})
    notifications.push_back({notify->relname, notify->extra});
  if (!usable()) impl_->fail_lost("PostgreSQL closed the connection");
  return notifications;
}

}  // namespace loomgate::pg
