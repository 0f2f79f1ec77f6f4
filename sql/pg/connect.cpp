// SPDX-License-Identifier: Apache-2.0
// How a connection is made: the parameters, and a wait that is bounded and can be interrupted.
#include <fmt/format.h>
#include <poll.h>

#include "sql/pg/connection_impl.h"
#include "sql/pg/conninfo.h"

namespace loomgate::pg {
namespace {

class Parameters {
 public:
  void set(std::string keyword, std::string value) { fields_.push_back({std::move(keyword), std::move(value), false}); }
  void set(const ConninfoField& field) { fields_.push_back(field); }

  // The last entry of a keyword wins in libpq. The pointers live as long as this object is unchanged.
  PGconn* start(PGconn* (*how)(const char* const*, const char* const*, int)) const {
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const ConninfoField& field : fields_) {
      keywords.push_back(field.keyword.c_str());
      values.push_back(field.value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    return how(keywords.data(), values.data(), 0);
  }

 private:
  std::vector<ConninfoField> fields_;
};

// The session rests on these, so they come after whatever options the operator wrote and win over settings of the role.
// pg_temp stands last in search_path: it would be searched first otherwise, and a temporary table could pose as ours.
// work_mem is ours only until the operator names one: at the server's default, sorting a whole mesh would go through files.
std::string session_options(const std::string& own, std::chrono::milliseconds statement_timeout) {
  return fmt::format(
      "-c work_mem=32MB {} -c search_path=loomgate,pg_temp -c TimeZone=UTC -c DateStyle=ISO -c bytea_output=hex -c statement_timeout={}", own,
      statement_timeout.count());
}

struct Prepared {
  Parameters parameters;
  bool several_hosts = false;
};

Prepared prepare_parameters(const ConnectOptions& options) {
  std::string reason;
  const auto fields = parse_conninfo(options.conninfo, reason);
  if (!fields) throw DatabaseError(ErrorClass::kOther, "", "", "bad conninfo: " + reason);
  Prepared prepared;
  Parameters& parameters = prepared.parameters;
  // A dead peer is noticed in about a minute while idle, in half a minute while something waits to be acknowledged.
  parameters.set("keepalives", "1");
  parameters.set("keepalives_idle", "30");
  parameters.set("keepalives_interval", "10");
  parameters.set("keepalives_count", "3");
  parameters.set("tcp_user_timeout", "30000");
  parameters.set("application_name", options.application_name);
  std::string own_options;
  for (const ConninfoField& field : *fields) {
    parameters.set(field);
    if (field.keyword == "options") own_options = field.value;
    if (field.keyword == "host" || field.keyword == "hostaddr")
      prepared.several_hosts = prepared.several_hosts || field.value.find(',') != std::string::npos;
  }
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.connect_timeout).count();
  parameters.set("connect_timeout", std::to_string(seconds));
  parameters.set("client_encoding", "UTF8");
  parameters.set("options", session_options(own_options, options.statement_timeout));
  return prepared;
}

// Keeps notices out of stderr, and learns from a FATAL notice that the server is about to close an idle connection.
void receive_notice(void* lost, const PGresult* notice) {
  const char* sqlstate = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
  if (sqlstate != nullptr && classify_sqlstate(sqlstate) == ErrorClass::kConnectionLost) *static_cast<bool*>(lost) = true;
}

}  // namespace

Connection::Impl::Impl(const ConnectOptions& connect_options) : options(connect_options) {
  try {
    connect();
  } catch (...) {
    PQfinish(handle);
    throw;
  }
}

void Connection::Impl::connect() {
  const Prepared prepared_parameters = prepare_parameters(options);
  if (prepared_parameters.several_hosts) {
    handle = prepared_parameters.parameters.start(&PQconnectdbParams);
  } else {
    handle = prepared_parameters.parameters.start(&PQconnectStartParams);
    connect_one_host();
  }
  if (PQstatus(handle) != CONNECTION_OK) fail_lost();
  PQsetNoticeReceiver(handle, &receive_notice, &lost);
  if (PQsetnonblocking(handle, 1) != 0) fail_lost();
}

void Connection::Impl::connect_one_host() {
  const Deadline deadline = SteadyClock::now() + options.connect_timeout;
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (PQstatus(handle) != CONNECTION_BAD && (next == PGRES_POLLING_WRITING || next == PGRES_POLLING_READING)) {
    wait_for_socket(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline);
    next = PQconnectPoll(handle);
  }
}

}  // namespace loomgate::pg
