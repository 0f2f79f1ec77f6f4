// SPDX-License-Identifier: Apache-2.0
// What the conversation with agents does with commands: answers, deadlines, failures, forgotten pushes (spec mqtt 7).
// Every function writes the `control.log.updated` changes of what it did. Times are the database's.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/pg/transaction.h"

namespace loomgate::store {

// A command that an ACK names, locked.
struct AskedCommand {
  std::string id;
  std::string request_id;
  std::string config_id;
  std::string node_id;
  std::string action;
  std::string status;
  bool answered = false;  // an ACK closed it
  std::optional<int> pushed_version;
  std::optional<std::string> pushed_sha256;
  bool newer_push_closed = false;
};

struct Deadlines {
  std::chrono::milliseconds control{60000};
  std::chrono::milliseconds push{150000};
};

// Oldest first. Unknown ids are left out, and what was closed when the device was bound: an answer to it tells of an
// earlier device.
std::vector<AskedCommand> lock_commands(pg::Transaction& transaction, const std::vector<std::string>& request_ids);
// By an ACK: `acked` or `failed`.
void close_command(pg::Transaction& transaction, const AskedCommand& command, std::string_view status,
                   std::string_view summary);
void restart_deadline(pg::Transaction& transaction, const AskedCommand& command, const Deadlines& deadlines,
                      std::string_view summary);
// The device runs exactly what the command pushed.
void confirm_push(pg::Transaction& transaction, const AskedCommand& command);
// Keeps the output of wg_show with the command that asked for it; false when no command of that node has this id.
bool attach_output(pg::Transaction& transaction, std::string_view request_id, std::string_view node_id,
                   std::string_view output);

// The broker accepted the publishes.
void mark_sent(pg::Transaction& transaction, const std::vector<std::string>& request_ids);
struct Failure {
  std::string request_id;
  std::string reason;
};
// Closes commands that never reached the device. Returns their nodes.
std::vector<std::string> fail_commands(pg::Transaction& transaction, const std::vector<Failure>& failures);
// The clock of a node's oldest sent and open command starts when it does not run yet. Call after every sending and
// closing.
void start_deadlines(pg::Transaction& transaction, const std::vector<std::string>& node_ids,
                     const Deadlines& deadlines);
// Deadlines that passed become `timeout`; controls that found no broker in their time become `failed`. Returns the
// nodes.
std::vector<std::string> expire_commands(pg::Transaction& transaction, const Deadlines& deadlines);
// These devices began a new session: the broker forgot what it had for the old one, and so did they (spec mqtt 2, 9.5).
void fail_lost_commands(pg::Transaction& transaction, const std::vector<std::string>& node_ids);

// Another device has taken the node's place, or none will: fails what is open and takes it out of the outbox. Lock the
// node's presence first.
void drop_commands(pg::Transaction& transaction, std::string_view node_id, std::string_view reason);

// The push rule over all nodes, for pushes that a crash or a silent device made us forget. Returns how many.
int sweep_pushes(pg::Transaction& transaction);

}  // namespace loomgate::store
