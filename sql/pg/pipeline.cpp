// SPDX-License-Identifier: Apache-2.0
#include "sql/pg/connection_impl.h"

namespace loomgate::pg {
namespace {

// One expected answer: of a PREPARE that had to go first, or of an execution.
struct Expected {
  const Statement* statement;
  bool prepare;
};

bool succeeded(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

}  // namespace

Connection::Pipeline& Connection::Pipeline::add(const Statement& statement, Params parameters) {
  queued_.emplace_back(&statement, std::move(parameters));
  return *this;
}

std::vector<Result> Connection::Pipeline::run() {
  Impl& impl = *connection_.impl_;
  const auto queued = std::exchange(queued_, {});
  if (queued.empty()) return {};
  if (PQenterPipelineMode(impl.handle) == 0) impl.fail_lost();

  std::vector<Expected> expected;
  std::unordered_set<const Statement*> preparing;
  for (const auto& [statement, parameters] : queued) {
    if (statement->plan == Plan::kKept && !impl.prepared.contains(statement) && preparing.insert(statement).second) {
      impl.send_prepare(*statement);
      expected.push_back({statement, true});
    }
    impl.send_execute(*statement, parameters);
    expected.push_back({statement, false});
  }
  if (PQpipelineSync(impl.handle) == 0) impl.fail_lost();
  impl.flush(impl.answer_deadline());

  std::vector<Result> results;
  std::optional<DatabaseError> failure;
  for (const auto& [statement, prepare] : expected) {
    ResultHandle result = impl.next_result(impl.answer_deadline());
    if (!result) impl.fail_lost("pipeline answer missing");
    impl.next_result(impl.answer_deadline());  // the end mark of this statement
    if (!succeeded(result.get())) {
      // What follows the first failure is answered with PGRES_PIPELINE_ABORTED only.
      if (!failure) failure = error_of(result.get(), statement->name);
    } else if (prepare) {
      impl.prepared.insert(statement);
    } else {
      results.emplace_back(result.release());
    }
  }
  if (failure) impl.note_if_lost(*failure);
  const ResultHandle sync = impl.lost ? ResultHandle(nullptr, &PQclear) : impl.next_result(impl.answer_deadline());
  if (!impl.lost && (PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC || PQexitPipelineMode(impl.handle) == 0)) impl.fail_lost();
  if (failure) throw DatabaseError(*failure);
  return results;
}

}  // namespace loomgate::pg
