// SPDX-License-Identifier: Apache-2.0
// Commands: what an agent is told and must acknowledge (spec mqtt 7, domain 8.5, 8.6, 9.6). This header is what
// services use; what the conversation itself needs stands in daemon/store/command_delivery.h.
//
// A command is a row of `commands` and a waiting `publish` row of `outbox`, written in the caller's transaction
// together with a `control.log` change. The leader sends it after commit. The newest 20 rows of a node are kept, open
// ones always.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

// A command or a client event, as the console lists them (ControlLog of http-api 4.6).
struct ControlLog {
  std::string id;
  std::string request_id;
  std::string config_id;
  std::string node_id;
  std::string action;        // event, start, stop, wg_show, push_config, ...
  std::string status;        // pending, acked, failed, timeout
  std::string requested_by;  // admin, auto-sync, client, or the caller's label
  std::string summary;
  std::string detail;
  Timestamp requested_at{};
  std::optional<Timestamp> ack_at;
  Timestamp created_at{};
  Timestamp updated_at{};
};

// Newest first.
std::vector<ControlLog> control_logs(pg::Connection& connection, std::string_view config_id, std::string_view node_id,
                                     int limit = 50);
std::optional<ControlLog> newest_control_log(pg::Connection& connection, std::string_view node_id);
std::optional<ControlLog> control_log(pg::Connection& connection, std::string_view log_id);

struct Enqueued {
  std::string log_id;
  std::string request_id;
};

// start, stop or wg_show. The caller has checked that the node may be told (enabled, dynamic, MQTT on, link up).
Enqueued enqueue_control(pg::Transaction& transaction, std::string_view node_id, std::string_view action,
                         std::string_view requested_by);

// Pushes what is staged, whether the device already has it or not; nullopt when nothing is staged. A waiting push that
// was never handed to a broker is taken over (same request id); one that was handed over is closed as failed
// ("superseded").
std::optional<Enqueued> enqueue_push_now(pg::Transaction& transaction, std::string_view node_id,
                                         std::string_view requested_by);

// The push rule, one statement: every named node that is enabled, dynamic, bound and online, has spoken in its current
// session, and whose staged text is not the confirmed one gets a push, unless one is open already. An open push that
// was never handed to a broker takes the newer text over. A text that the device itself refused is not offered again
// for 10 minutes. Returns how many commands were made or changed.
int enqueue_pushes(pg::Transaction& transaction, const std::vector<std::string>& node_ids,
                   std::string_view requested_by);

}  // namespace loomgate::store
