// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/node_state.h"

#include <algorithm>

namespace loomgate::store {
namespace {

const pg::Statement kNodeStates{
    "node_states", pg::Access::kRead,
    "SELECT node_id, desired_sha256, staged_sha256, confirmed_sha256, reported_local_sha256, desired_version, "
    "staged_version, confirmed_version, reported_local_version FROM node_config_state WHERE node_id = ANY($1::text[])"};

const pg::Statement kLockRuntime{
    "lock_runtime", pg::Access::kWrite,
    "SELECT FROM node_runtime r WHERE r.node_id IN (SELECT unnest($1::text[]) UNION SELECT s.node_id "
    "FROM node_config_state s WHERE s.config_id = $2 AND s.due) ORDER BY r.node_id FOR UPDATE OF r"};

const pg::Statement kNodeText{"node_text", pg::Access::kRead,
                              "SELECT text_sealed FROM node_texts WHERE node_id = $1 AND sha256 = $2"};

const pg::Statement kStoreTexts{"store_texts", pg::Access::kWrite,
                                "INSERT INTO node_texts (node_id, sha256, text_sealed, tunnel_protocol, awg_version) "
                                "SELECT t.node_id, t.sha256, t.text_sealed, c.tunnel_protocol, c.awg_version "
                                "FROM unnest($1::text[], $2::text[], $3::bytea[]) AS t (node_id, sha256, text_sealed) "
                                "JOIN nodes n ON n.id = t.node_id JOIN configs c ON c.id = n.config_id "
                                "ON CONFLICT DO NOTHING"};

const pg::Statement kSetDesired{
    "set_desired", pg::Access::kWrite,
    "UPDATE node_config_state s SET desired_sha256 = t.sha256, desired_version = s.desired_version + 1, "
    "desired_generated_at = now(), updated_at = now() "
    "FROM unnest($1::text[], $2::text[]) AS t (node_id, sha256) "
    "WHERE s.node_id = t.node_id AND s.desired_sha256 <> t.sha256"};

// Besides changed texts this catches up a version that lags behind an equal text; only changed texts are returned.
const pg::Statement kStageDesired{
    "stage_desired", pg::Access::kWrite,
    "WITH due AS (SELECT s.node_id, s.staged_sha256 <> s.desired_sha256 AS changed FROM node_config_state s "
    "JOIN nodes n ON n.id = s.node_id WHERE s.config_id = $1 AND n.enabled AND n.auto_sync AND s.desired_sha256 <> '' "
    "AND s.due) UPDATE node_config_state s SET staged_sha256 = s.desired_sha256, "
    "staged_version = greatest(s.desired_version, s.staged_version + due.changed::int), staged_updated_at = now(), "
    "updated_at = now() FROM due WHERE s.node_id = due.node_id RETURNING s.node_id, due.changed"};

const pg::Statement kSetStaged{
    "set_staged", pg::Access::kWrite,
    "UPDATE node_config_state s SET staged_sha256 = t.sha256, "
    "staged_version = greatest(s.staged_version, s.desired_version) + 1, staged_updated_at = now(), updated_at = now() "
    "FROM unnest($1::text[], $2::text[]) AS t (node_id, sha256) "
    "WHERE s.node_id = t.node_id AND s.staged_sha256 <> t.sha256 RETURNING s.node_id, true"};

// A push that nobody answered, whatever became of it, may still be confirmed by a late answer: its text is kept as well.
const pg::Statement kCollectTexts{
    "collect_texts", pg::Access::kWrite,
    "DELETE FROM node_texts t WHERE t.node_id = ANY($1::text[]) "
    "AND NOT EXISTS (SELECT FROM node_config_state s WHERE s.node_id = t.node_id "
    "AND t.sha256::text IN (s.desired_sha256, s.staged_sha256, s.confirmed_sha256)) "
    "AND NOT EXISTS (SELECT FROM commands c WHERE c.node_id = t.node_id AND c.action = 'push_config' "
    "AND c.ack_at IS NULL AND c.pushed_sha256 = t.sha256)"};

// With MQTT off nobody knows who is online, so the last known number stays.
const pg::Statement kRefreshPeerCounts{
    "refresh_peer_counts", pg::Access::kWrite,
    // One pass over the links, grouped: asked node by node, a mesh that was just written, of which there are no
    // statistics yet, would be read in full for each of its nodes.
    "WITH counted AS (SELECT id, sum(one)::int AS total, sum(up)::int AS online FROM ("
    "SELECT l.local_node_id AS id, 1 AS one, pr.online::int AS up FROM unnest($1::text[]) AS i (id) "
    "JOIN peer_links l ON l.local_node_id = i.id JOIN link_groups g ON g.id = l.link_group_id JOIN nodes p ON p.id = l.peer_node_id "
    "JOIN node_runtime pr ON pr.node_id = p.id WHERE g.enabled AND p.enabled "
    "UNION ALL SELECT i.id, 0, 0 FROM unnest($1::text[]) AS i (id)) AS ends GROUP BY id), "
    "wanted AS (SELECT c.id, c.total, CASE WHEN $2::boolean THEN c.online ELSE r.peers_online END AS online "
    "FROM counted c JOIN nodes n ON n.id = c.id JOIN node_runtime r ON r.node_id = c.id WHERE n.enabled) "
    "UPDATE node_runtime r SET peers_total = w.total, peers_online = w.online, updated_at = now() "
    "FROM wanted w WHERE r.node_id = w.id AND (r.peers_total, r.peers_online) IS DISTINCT FROM (w.total, w.online)",
    pg::Plan::kFresh};

const pg::Statement kRefreshSyncStates{
    "refresh_sync_states", pg::Access::kWrite,
    "WITH wanted AS (SELECT s.node_id, CASE WHEN s.desired_sha256 <> '' AND s.desired_sha256 = s.staged_sha256 "
    "THEN 'in_sync' ELSE 'pending' END AS sync FROM node_config_state s JOIN nodes n ON n.id = s.node_id "
    "WHERE s.node_id = ANY($1::text[]) AND n.enabled) "
    "UPDATE node_runtime r SET config_sync_state = w.sync, updated_at = now() "
    "FROM wanted w WHERE r.node_id = w.node_id AND r.config_sync_state <> w.sync"};

const pg::Statement kDisableRuntime{
    "disable_runtime", pg::Access::kWrite,
    "UPDATE node_runtime r SET online = false, connectivity_state = 'unknown', wg_running = false, "
    "wg_runtime_state = 'unknown', config_sync_state = 'unknown', peers_online = 0, peers_total = 0, "
    "heartbeat_client_online = false, heartbeat_wg_online = false, detect_client_online = false, "
    "detect_wg_online = false, last_connectivity_reason = 'node-disabled', updated_at = now() "
    "FROM nodes n WHERE n.id = r.node_id AND n.id = ANY($1::text[]) AND NOT n.enabled "
    "AND (r.connectivity_state, r.config_sync_state, r.last_connectivity_reason, r.peers_total) "
    "IS DISTINCT FROM ('unknown', 'unknown', 'node-disabled', 0)"};

void store_texts(pg::Transaction& transaction, const crypto::Sealer& sealer, const std::vector<NodeText>& texts) {
  std::vector<std::string> stored_ids, stored_hashes;
  std::vector<pg::Bytes> sealed;
  for (const auto& text : texts) {
    if (text.sha256.empty()) continue;
    stored_ids.push_back(text.node_id);
    stored_hashes.push_back(text.sha256);
    sealed.push_back(sealer.seal({"node_texts", "text_sealed", text.node_id + ":" + text.sha256}, text.text));
  }
  if (!sealed.empty()) transaction.exec(kStoreTexts, pg::params(stored_ids, stored_hashes, sealed));
}

// Which node shall have which text, as the two arrays of the layer statements.
pg::Params layer_params(const std::vector<NodeText>& texts) {
  std::vector<std::string> node_ids, hashes;
  for (const auto& text : texts) {
    node_ids.push_back(text.node_id);
    hashes.push_back(text.sha256);
  }
  return pg::params(node_ids, hashes);
}

std::vector<std::string> changed_nodes(const pg::Result& rows) {
  std::vector<std::string> node_ids;
  for (const auto row : rows) {
    if (row.get<bool>(1)) node_ids.push_back(row.get<std::string>(0));
  }
  std::sort(node_ids.begin(), node_ids.end());
  return node_ids;
}

}  // namespace

std::optional<domain::NodeConfigState> find_node_state(pg::Connection& connection, std::string_view node_id) {
  auto states = node_states(connection, {std::string(node_id)});
  if (states.empty()) return std::nullopt;
  return std::move(states.front());
}

std::vector<domain::NodeConfigState> node_states(pg::Connection& connection, const std::vector<std::string>& node_ids) {
  std::vector<domain::NodeConfigState> states;
  const auto rows = connection.exec(kNodeStates, pg::params(node_ids));
  for (const auto row : rows) {
    pg::RowReader reader(row);
    domain::NodeConfigState state;
    state.node_id = reader.next<std::string>();
    state.desired_sha256 = reader.next<std::string>();
    state.staged_sha256 = reader.next<std::string>();
    state.confirmed_sha256 = reader.next<std::string>();
    state.reported_local_sha256 = reader.next<std::string>();
    state.desired_version = reader.next<int>();
    state.staged_version = reader.next<int>();
    state.confirmed_version = reader.next<int>();
    state.reported_local_version = reader.next<int>();
    states.push_back(std::move(state));
  }
  return states;
}

std::optional<std::string> find_node_text(pg::Connection& connection, const crypto::Sealer& sealer,
                                          std::string_view node_id, std::string_view sha256) {
  const auto rows = connection.exec(kNodeText, pg::params(node_id, sha256));
  if (rows.empty()) return std::nullopt;
  const auto row_name = std::string(node_id) + ":" + std::string(sha256);
  return sealer.open({"node_texts", "text_sealed", row_name}, rows[0].get<pg::Bytes>(0));
}

void lock_runtime(pg::Transaction& transaction, std::string_view config_id, const std::vector<std::string>& node_ids) {
  transaction.exec(kLockRuntime, pg::params(node_ids, config_id));
}

void set_desired(pg::Transaction& transaction, const crypto::Sealer& sealer, const std::vector<NodeText>& texts) {
  if (texts.empty()) return;
  store_texts(transaction, sealer, texts);
  transaction.exec(kSetDesired, layer_params(texts));
}

std::vector<std::string> stage_desired(pg::Transaction& transaction, std::string_view config_id) {
  return changed_nodes(transaction.exec(kStageDesired, pg::params(config_id)));
}

std::vector<std::string> set_staged(pg::Transaction& transaction, const crypto::Sealer& sealer,
                                    const std::vector<NodeText>& texts) {
  if (texts.empty()) return {};
  store_texts(transaction, sealer, texts);
  return changed_nodes(transaction.exec(kSetStaged, layer_params(texts)));
}

void refresh_peer_counts(pg::Transaction& transaction, const std::vector<std::string>& node_ids, bool mqtt_enabled) {
  if (node_ids.empty()) return;
  transaction.exec(kRefreshPeerCounts, pg::params(node_ids, mqtt_enabled));
  transaction.exec(kDisableRuntime, pg::params(node_ids));
}

void refresh_sync_states(pg::Transaction& transaction, const std::vector<std::string>& node_ids) {
  if (!node_ids.empty()) transaction.exec(kRefreshSyncStates, pg::params(node_ids));
}

void collect_texts(pg::Transaction& transaction, const std::vector<std::string>& node_ids) {
  if (!node_ids.empty()) transaction.exec(kCollectTexts, pg::params(node_ids));
}

}  // namespace loomgate::store
