// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/command_delivery.h"

#include "daemon/store/changes.h"
#include "daemon/store/command_statements.h"

namespace loomgate::store {
namespace {

// Rows of (command id, config id, node id): told to browsers, returned as nodes.
std::vector<std::string> tell(pg::Transaction& transaction, const pg::Result& rows) {
  std::vector<std::string> node_ids;
  std::vector<Change> changes;
  for (const auto row : rows) {
    node_ids.push_back(row.get<std::string>(2));
    changes.push_back({"control.log.updated", row.get<std::string>(1), node_ids.back(), row.get<std::string>(0)});
  }
  add_changes(transaction, changes);
  return node_ids;
}

void tell(pg::Transaction& transaction, const AskedCommand& command) {
  add_changes(transaction, {{"control.log.updated", command.config_id, command.node_id, command.id}});
}

}  // namespace

std::vector<AskedCommand> lock_commands(pg::Transaction& transaction, const std::vector<std::string>& request_ids) {
  std::vector<AskedCommand> commands;
  if (request_ids.empty()) return commands;
  for (const auto row : transaction.exec(kLockCommands, pg::params(request_ids))) {
    pg::RowReader reader(row);
    AskedCommand command;
    command.id = reader.next<std::string>();
    command.request_id = reader.next<std::string>();
    command.config_id = reader.next<std::string>();
    command.node_id = reader.next<std::string>();
    command.action = reader.next<std::string>();
    command.status = reader.next<std::string>();
    command.answered = reader.next<bool>();
    command.pushed_version = reader.next<std::optional<int>>();
    command.pushed_sha256 = reader.next<std::optional<std::string>>();
    command.newer_push_closed = reader.next<bool>();
    commands.push_back(std::move(command));
  }
  return commands;
}

void close_command(pg::Transaction& transaction, const AskedCommand& command, std::string_view status,
                   std::string_view summary) {
  transaction.exec(kCloseCommand, pg::params(command.id, status, summary));
  tell(transaction, command);
}

void restart_deadline(pg::Transaction& transaction, const AskedCommand& command, const Deadlines& deadlines,
                      std::string_view summary) {
  const auto time = command.action == "push_config" ? deadlines.push : deadlines.control;
  transaction.exec(kRestartDeadline, pg::params(command.id, std::int64_t{time.count()}, summary));
  tell(transaction, command);
}

void confirm_push(pg::Transaction& transaction, const AskedCommand& command) {
  transaction.exec(kConfirmPush, pg::params(command.node_id, command.pushed_version, command.pushed_sha256));
  add_changes(transaction, {{"node.apply", command.config_id, command.node_id, ""}});
}

bool attach_output(pg::Transaction& transaction, std::string_view request_id, std::string_view node_id,
                   std::string_view output) {
  const auto rows = transaction.exec(kAttachOutput, pg::params(request_id, node_id, output));
  if (rows.empty()) return false;
  add_changes(transaction, {{"control.log.updated", rows[0].get<std::string>(1), std::string(node_id),
                             rows[0].get<std::string>(0)}});
  return true;
}

void mark_sent(pg::Transaction& transaction, const std::vector<std::string>& request_ids) {
  if (!request_ids.empty()) transaction.exec(kMarkSent, pg::params(request_ids));
}

std::vector<std::string> fail_commands(pg::Transaction& transaction, const std::vector<Failure>& failures) {
  if (failures.empty()) return {};
  std::vector<std::string> request_ids, reasons;
  for (const auto& failure : failures) {
    request_ids.push_back(failure.request_id);
    reasons.push_back(failure.reason);
  }
  return tell(transaction, transaction.exec(kFailCommands, pg::params(request_ids, reasons)));
}

void start_deadlines(pg::Transaction& transaction, const std::vector<std::string>& node_ids,
                     const Deadlines& deadlines) {
  if (node_ids.empty()) return;
  transaction.exec(kStartDeadlines,
                   pg::params(node_ids, std::int64_t{deadlines.control.count()}, std::int64_t{deadlines.push.count()}));
}

std::vector<std::string> expire_commands(pg::Transaction& transaction, const Deadlines& deadlines) {
  auto node_ids = tell(transaction, transaction.exec(kExpireCommands));
  const auto unsent = transaction.exec(kFailUnsentControls, pg::params(std::int64_t{deadlines.control.count()}));
  for (auto& node_id : tell(transaction, unsent)) node_ids.push_back(std::move(node_id));
  return node_ids;
}

void fail_lost_commands(pg::Transaction& transaction, const std::vector<std::string>& node_ids) {
  if (!node_ids.empty()) tell(transaction, transaction.exec(kFailLostCommands, pg::params(node_ids)));
}

void drop_commands(pg::Transaction& transaction, std::string_view node_id, std::string_view reason) {
  transaction.exec(kDropDeliveries, pg::params(node_id));
  tell(transaction, transaction.exec(kDropCommands, pg::params(node_id, reason)));
}

int sweep_pushes(pg::Transaction& transaction) {
  return transaction.exec(kEnqueuePushes, pg::params(nullptr, "auto-sync", true)).rows();
}

}  // namespace loomgate::store
