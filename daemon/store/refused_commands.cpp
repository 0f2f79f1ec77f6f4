// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/refused_commands.h"

#include "daemon/base/ids.h"
#include "daemon/store/changes.h"

namespace loomgate::store {
namespace {

// A push names what it pushed; one that pushed nothing names version 0 and no hash.
const pg::Statement kRefusedCommand{
    "refused_command", pg::Access::kWrite,
    "INSERT INTO commands (id, request_id, config_id, node_id, action, status, requested_by, summary, detail, "
    "pushed_version, pushed_sha256) VALUES ($1, $2, $3, $4, $5::text, 'failed', $6, 'Not sent', $7, "
    "CASE WHEN $5::text = 'push_config' THEN 0 END, CASE WHEN $5::text = 'push_config' THEN '' END)"};

}  // namespace

void record_refused_command(pg::Transaction& transaction, std::string_view config_id, std::string_view node_id,
                            std::string_view action, std::string_view requested_by, std::string_view reason) {
  const auto log_id = new_id("elog");
  transaction.exec(kRefusedCommand,
                   pg::params(log_id, new_request_id(), config_id, node_id, action, requested_by, reason));
  const std::string config(config_id), node(node_id);
  add_changes(transaction, {{"control.log.created", config, node, log_id}, {"control.log.updated", config, node, log_id}});
}

}  // namespace loomgate::store
