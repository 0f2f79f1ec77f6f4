// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/commands.h"

#include "daemon/base/error_codes.h"
#include "daemon/store/changes.h"
#include "daemon/store/command_statements.h"

namespace loomgate::store {
namespace {

ControlLog read_log(const pg::Row& row) {
  pg::RowReader reader(row);
  ControlLog log;
  log.id = reader.next<std::string>();
  log.request_id = reader.next<std::string>();
  log.config_id = reader.next<std::string>();
  log.node_id = reader.next<std::string>();
  log.action = reader.next<std::string>();
  log.status = reader.next<std::string>();
  log.requested_by = reader.next<std::string>();
  log.summary = reader.next<std::string>();
  log.detail = reader.next<std::string>();
  log.requested_at = reader.next<Timestamp>();
  log.ack_at = reader.next<std::optional<Timestamp>>();
  log.created_at = reader.next<Timestamp>();
  log.updated_at = reader.next<Timestamp>();
  return log;
}

void trim(pg::Transaction& transaction, const std::vector<std::string>& node_ids) {
  transaction.exec(kTrimCommands, pg::params(node_ids));
}

Enqueued made(const pg::Result& rows) {
  if (rows.empty()) throw Error(errors::kNodeNotFound, "Node not found");
  return {rows[0].get<std::string>(0), rows[0].get<std::string>(1)};
}

}  // namespace

std::vector<ControlLog> control_logs(pg::Connection& connection, std::string_view config_id, std::string_view node_id,
                                     int limit) {
  std::vector<ControlLog> logs;
  const auto rows = connection.exec(kControlLogs, pg::params(config_id, node_id, limit));
  for (const auto row : rows) logs.push_back(read_log(row));
  return logs;
}

std::optional<ControlLog> newest_control_log(pg::Connection& connection, std::string_view node_id) {
  const auto rows = connection.exec(kControlLogs, pg::params(nullptr, node_id, 1));
  if (rows.empty()) return std::nullopt;
  return read_log(rows[0]);
}

std::optional<ControlLog> control_log(pg::Connection& connection, std::string_view log_id) {
  const auto rows = connection.exec(kControlLogById, pg::params(log_id));
  if (rows.empty()) return std::nullopt;
  return read_log(rows[0]);
}

Enqueued enqueue_control(pg::Transaction& transaction, std::string_view node_id, std::string_view action,
                         std::string_view requested_by) {
  auto enqueued = made(transaction.exec(kEnqueueControl, pg::params(node_id, action, requested_by)));
  trim(transaction, {std::string(node_id)});
  return enqueued;
}

std::optional<Enqueued> enqueue_push_now(pg::Transaction& transaction, std::string_view node_id,
                                         std::string_view requested_by) {
  const auto staged = transaction.exec(kStagedOfNode, pg::params(node_id));
  if (staged.empty()) return std::nullopt;
  const auto version = staged[0].get<int>(0);
  const auto sha256 = staged[0].get<std::string>(1);
  const std::string node(node_id);

  const auto waiting = transaction.exec(kTakeOverWaitingPush, pg::params(node_id, version, sha256, requested_by));
  if (!waiting.empty()) {
    auto enqueued = made(waiting);
    add_changes(transaction, {{"control.log.updated", waiting[0].get<std::string>(2), node, enqueued.log_id}});
    return enqueued;
  }
  std::vector<Change> changes;
  for (const auto row : transaction.exec(kSupersedePush, pg::params(node_id))) {
    changes.push_back({"control.log.updated", row.get<std::string>(1), node, row.get<std::string>(0)});
  }
  const auto rows = transaction.exec(kInsertPush, pg::params(node_id, version, sha256, requested_by));
  auto enqueued = made(rows);
  changes.push_back({"control.log.created", rows[0].get<std::string>(2), node, enqueued.log_id});
  add_changes(transaction, changes);
  trim(transaction, {node});
  return enqueued;
}

int enqueue_pushes(pg::Transaction& transaction, const std::vector<std::string>& node_ids,
                   std::string_view requested_by) {
  if (node_ids.empty()) return 0;
  const auto rows = transaction.exec(kEnqueuePushes, pg::params(node_ids, requested_by, false));
  if (rows.empty()) return 0;
  trim(transaction, node_ids);
  return rows.rows();
}

}  // namespace loomgate::store
