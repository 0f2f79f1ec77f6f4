// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/command_statements.h"

#include "daemon/store/has_spoken.h"

// The order of these columns is the order of read_log() in commands.cpp. A client event looks like a closed command.
#define COMMAND_COLUMNS                                                                                       \
  "id, request_id, config_id, node_id, action, status, requested_by, summary, detail, requested_at, ack_at, " \
  "created_at, "                                                                                              \
  "updated_at, seq "
#define EVENT_COLUMNS                                                                                         \
  "id, request_id, config_id, node_id, 'event', 'acked', 'client', summary, detail, created_at, created_at, " \
  "created_at, "                                                                                              \
  "created_at, seq "
#define NEW_LOG_ID "'elog_' || left(replace(gen_random_uuid()::text, '-', ''), 12)"
#define NEW_REQUEST_ID "replace(gen_random_uuid()::text, '-', '')"
// A push that nobody has handed to a broker yet. The lock on its outbox row keeps the outbox worker away from it, and a
// row that the worker has just taken no longer fits: what was sent is what the command says.
#define NEVER_HANDED_OVER "o.kind = 'publish' AND o.attempts = 0 AND o.leased_until IS NULL AND o.parked_at IS NULL "

namespace loomgate::store {

const pg::Statement kControlLogs{"control_logs", pg::Access::kRead,
                                 "SELECT " COMMAND_COLUMNS
                                 "FROM commands WHERE ($1::text IS NULL OR config_id = $1) AND node_id = $2 UNION ALL "
                                 "SELECT " EVENT_COLUMNS
                                 "FROM agent_events WHERE ($1::text IS NULL OR config_id = $1) AND node_id = $2 "
                                 "ORDER BY created_at DESC, seq DESC LIMIT $3"};

const pg::Statement kControlLogById{"control_log_by_id", pg::Access::kRead,
                                    "SELECT " COMMAND_COLUMNS
                                    "FROM commands WHERE id = $1 UNION ALL SELECT " EVENT_COLUMNS
                                    "FROM agent_events WHERE id = $1"};

const pg::Statement kEnqueueControl{
    "enqueue_control", pg::Access::kWrite,
    "WITH made AS (INSERT INTO commands (id, request_id, config_id, node_id, action, requested_by) "
    "SELECT " NEW_LOG_ID ", " NEW_REQUEST_ID
    ", config_id, id, $2, $3 FROM nodes WHERE id = $1 "
    "RETURNING id, request_id, config_id, node_id), "
    "queued AS (INSERT INTO outbox (kind, target, lane) SELECT 'publish', request_id, node_id FROM made), "
    "told AS (INSERT INTO changes (type, config_id, node_id, ref) "
    "SELECT 'control.log.created', config_id, node_id, id FROM made) "
    "SELECT id, request_id FROM made"};

// $1 nodes, or null for all; $2 requested by; $3 true for the periodic sweep, which offers a text again only when the
// device did not refuse it and 10 minutes have passed.
const pg::Statement kEnqueuePushes{
    "enqueue_pushes", pg::Access::kWrite,
    "WITH wanted AS (SELECT n.id AS node_id, n.config_id, s.staged_version, s.staged_sha256 "
    "FROM nodes n JOIN node_clients c ON c.node_id = n.id JOIN node_runtime r ON r.node_id = n.id "
    "JOIN node_config_state s ON s.node_id = n.id "
    "LEFT JOIN LATERAL (SELECT p.pushed_sha256, p.updated_at, p.status = 'failed' AND p.ack_at IS NOT NULL AS refused "
    "FROM commands p WHERE p.node_id = n.id AND p.action = 'push_config' AND p.status <> 'pending' "
    "ORDER BY p.seq DESC LIMIT 1) last ON true "
    "WHERE ($1::text[] IS NULL OR n.id = ANY($1::text[])) AND n.enabled AND n.node_type = 'dynamic' "
    "AND c.client_initialized AND r.online AND " MAY_BE_TOLD
    "AND s.staged_sha256 <> '' AND s.staged_sha256 <> s.confirmed_sha256 "
    "AND (last.pushed_sha256 IS NULL OR last.pushed_sha256 <> s.staged_sha256 "
    "OR ((NOT last.refused OR NOT $3) AND (last.updated_at < now() - interval '10 minutes' OR NOT (last.refused OR "
    "$3))))), "
    "waiting AS (SELECT o.target AS request_id FROM outbox o JOIN commands p ON p.request_id = o.target "
    "JOIN wanted w ON w.node_id = p.node_id WHERE " NEVER_HANDED_OVER
    "AND p.status = 'pending' AND p.action = 'push_config' AND p.pushed_sha256 <> w.staged_sha256 "
    "ORDER BY p.seq FOR UPDATE OF o, p), "
    "renewed AS (UPDATE commands p SET pushed_version = w.staged_version, pushed_sha256 = w.staged_sha256, updated_at "
    "= now() "
    "FROM wanted w, waiting q WHERE p.request_id = q.request_id AND p.node_id = w.node_id AND p.status = 'pending' "
    "RETURNING p.id, p.config_id, p.node_id), "
    "made AS (INSERT INTO commands (id, request_id, config_id, node_id, action, requested_by, pushed_version, "
    "pushed_sha256) "
    "SELECT " NEW_LOG_ID ", " NEW_REQUEST_ID
    ", w.config_id, w.node_id, 'push_config', $2, w.staged_version, w.staged_sha256 "
    "FROM wanted w WHERE NOT EXISTS (SELECT FROM commands p WHERE p.node_id = w.node_id AND p.status = 'pending' "
    "AND p.action = 'push_config') ORDER BY w.node_id "
    "ON CONFLICT (node_id) WHERE status = 'pending' AND action = 'push_config' DO NOTHING "
    "RETURNING id, request_id, config_id, node_id), "
    "queued AS (INSERT INTO outbox (kind, target, lane) SELECT 'publish', request_id, node_id FROM made ORDER BY "
    "node_id), "
    "told AS (INSERT INTO changes (type, config_id, node_id, ref) "
    "SELECT 'control.log.created', config_id, node_id, id FROM made UNION ALL "
    "SELECT 'control.log.updated', config_id, node_id, id FROM renewed) "
    "SELECT node_id FROM made UNION ALL SELECT node_id FROM renewed", pg::Plan::kFresh};

const pg::Statement kStagedOfNode{"staged_of_node", pg::Access::kRead,
                                  "SELECT staged_version, staged_sha256 FROM node_config_state "
                                  "WHERE node_id = $1 AND staged_sha256 <> ''"};

const pg::Statement kTakeOverWaitingPush{
    "take_over_waiting_push", pg::Access::kWrite,
    "WITH waiting AS (SELECT o.target AS request_id FROM outbox o JOIN commands p ON p.request_id = o.target "
    "WHERE p.node_id = $1 AND p.status = 'pending' AND p.action = 'push_config' AND " NEVER_HANDED_OVER
    "FOR UPDATE OF o) "
    "UPDATE commands p SET pushed_version = $2, pushed_sha256 = $3, requested_by = $4, updated_at = now() "
    "FROM waiting q WHERE p.request_id = q.request_id AND p.status = 'pending' RETURNING p.id, p.request_id, "
    "p.config_id"};

const pg::Statement kSupersedePush{
    "supersede_push", pg::Access::kWrite,
    "UPDATE commands SET status = 'failed', summary = 'superseded by a newer push', updated_at = now() "
    "WHERE node_id = $1 AND status = 'pending' AND action = 'push_config' RETURNING id, config_id"};

const pg::Statement kInsertPush{
    "insert_push", pg::Access::kWrite,
    "WITH made AS (INSERT INTO commands (id, request_id, config_id, node_id, action, requested_by, pushed_version, "
    "pushed_sha256) "
    "SELECT " NEW_LOG_ID ", " NEW_REQUEST_ID
    ", config_id, id, 'push_config', $4, $2, $3 FROM nodes WHERE id = $1 "
    "RETURNING id, request_id, config_id, node_id), "
    "queued AS (INSERT INTO outbox (kind, target, lane) SELECT 'publish', request_id, node_id FROM made) "
    "SELECT id, request_id, config_id FROM made"};

const pg::Statement kTrimCommands{
    "trim_commands", pg::Access::kWrite,
    "DELETE FROM commands WHERE status <> 'pending' AND id IN (SELECT id FROM (SELECT id, row_number() OVER "
    "(PARTITION BY node_id ORDER BY seq DESC) AS rank FROM commands WHERE node_id = ANY($1::text[])) ranked WHERE rank "
    "> 20)"};

const pg::Statement kLockCommands{
    "lock_commands", pg::Access::kWrite,
    "SELECT c.id, c.request_id, c.config_id, c.node_id, c.action, c.status, c.ack_at IS NOT NULL, c.pushed_version, "
    "c.pushed_sha256, EXISTS (SELECT FROM commands p WHERE p.node_id = c.node_id AND p.action = 'push_config' "
    "AND p.seq > c.seq AND p.status <> 'pending') "
    "FROM commands c JOIN node_clients k ON k.node_id = c.node_id WHERE c.request_id = ANY($1::text[]) "
    "AND (c.status = 'pending' OR k.bound_at IS NULL OR c.created_at >= k.bound_at) ORDER BY c.seq FOR UPDATE OF c", pg::Plan::kFresh};

const pg::Statement kCloseCommand{"close_command", pg::Access::kWrite,
                                  "UPDATE commands SET status = $2, summary = $3, ack_at = now(), deadline_at = NULL, "
                                  "updated_at = now() WHERE id = $1"};

const pg::Statement kRestartDeadline{
    "restart_deadline", pg::Access::kWrite,
    "UPDATE commands SET deadline_at = now() + $2::bigint * interval '1 millisecond', summary = $3, updated_at = now() "
    "WHERE id = $1"};

const pg::Statement kConfirmPush{
    "confirm_push", pg::Access::kWrite,
    "UPDATE node_config_state SET confirmed_version = $2, confirmed_sha256 = $3, reported_local_version = $2, "
    "reported_local_sha256 = $3, confirmed_updated_at = now(), updated_at = now() WHERE node_id = $1"};

const pg::Statement kAttachOutput{
    "attach_output", pg::Access::kWrite,
    "UPDATE commands SET detail = $3, updated_at = now() WHERE request_id = $1 AND node_id = $2 AND action = 'wg_show' "
    "RETURNING id, config_id"};

const pg::Statement kMarkSent{
    "mark_sent", pg::Access::kWrite,
    "WITH due AS (SELECT id FROM commands WHERE request_id = ANY($1::text[]) AND status = 'pending' AND sent_at IS NULL "
    "ORDER BY seq FOR UPDATE) UPDATE commands c SET sent_at = now(), updated_at = now() FROM due WHERE c.id = due.id", pg::Plan::kFresh};

const pg::Statement kFailCommands{
    "fail_commands", pg::Access::kWrite,
    "WITH due AS (SELECT c.id, f.reason FROM commands c JOIN unnest($1::text[], $2::text[]) AS f (request_id, reason) "
    "ON c.request_id = f.request_id WHERE c.status = 'pending' ORDER BY c.seq FOR UPDATE OF c) "
    "UPDATE commands c SET status = 'failed', summary = due.reason, deadline_at = NULL, updated_at = now() "
    "FROM due WHERE c.id = due.id RETURNING c.id, c.config_id, c.node_id"};

// The agent works serially, so of all its sent commands only the oldest open one has a running clock.
const pg::Statement kStartDeadlines{
    "start_deadlines", pg::Access::kWrite,
    "WITH due AS (SELECT c.id FROM commands c WHERE c.status = 'pending' AND c.deadline_at IS NULL AND c.sent_at IS NOT NULL AND c.node_id = ANY($1::text[]) "
    "AND NOT EXISTS (SELECT FROM commands e WHERE e.node_id = c.node_id AND e.status = 'pending' AND e.sent_at IS NOT "
    "NULL "
    "AND e.seq < c.seq) ORDER BY c.seq FOR UPDATE OF c) "
    "UPDATE commands c SET deadline_at = now() + "
    "(CASE c.action WHEN 'push_config' THEN $3::bigint ELSE $2::bigint END) * interval '1 millisecond' "
    "FROM due WHERE c.id = due.id", pg::Plan::kFresh};

const pg::Statement kExpireCommands{
    "expire_commands", pg::Access::kWrite,
    "WITH due AS (SELECT id FROM commands WHERE status = 'pending' AND deadline_at <= now() ORDER BY seq FOR UPDATE) "
    "UPDATE commands c SET status = 'timeout', summary = 'no answer in time', deadline_at = NULL, updated_at = now() "
    "FROM due WHERE c.id = due.id RETURNING c.id, c.config_id, c.node_id"};

const pg::Statement kFailUnsentControls{
    "fail_unsent_controls", pg::Access::kWrite,
    "WITH due AS (SELECT id FROM commands WHERE status = 'pending' AND sent_at IS NULL AND action <> 'push_config' "
    "AND requested_at < now() - $1::bigint * interval '1 millisecond' ORDER BY seq FOR UPDATE) "
    "UPDATE commands c SET status = 'failed', summary = 'not sent: no connection to the broker', updated_at = now() "
    "FROM due WHERE c.id = due.id RETURNING c.id, c.config_id, c.node_id"};

// What the broker has, or was just handed and has not been written down as sent yet.
const pg::Statement kFailLostCommands{
    "fail_lost_commands", pg::Access::kWrite,
    "WITH due AS (SELECT id FROM commands c WHERE node_id = ANY($1::text[]) AND status = 'pending' AND (sent_at IS NOT NULL OR EXISTS "
    "(SELECT FROM outbox o WHERE o.kind = 'publish' AND o.target = c.request_id AND o.leased_until IS NOT NULL)) "
    "ORDER BY seq FOR UPDATE) "
    "UPDATE commands c SET status = 'failed', summary = 'the device reconnected before it answered', deadline_at = "
    "NULL, updated_at = now() FROM due WHERE c.id = due.id RETURNING c.id, c.config_id, c.node_id", pg::Plan::kFresh};

const pg::Statement kDropDeliveries{
    "drop_deliveries", pg::Access::kWrite,
    "WITH dropped AS (SELECT id FROM outbox WHERE kind = 'publish' AND lane = $1 ORDER BY id FOR UPDATE) "
    "DELETE FROM outbox o USING dropped WHERE o.id = dropped.id"};

const pg::Statement kDropCommands{
    "drop_commands", pg::Access::kWrite,
    "WITH due AS (SELECT id FROM commands WHERE node_id = $1 AND status = 'pending' ORDER BY seq FOR UPDATE) "
    "UPDATE commands c SET status = 'failed', summary = $2, deadline_at = NULL, updated_at = now() FROM due "
    "WHERE c.id = due.id RETURNING c.id, c.config_id, c.node_id"};

}  // namespace loomgate::store
