// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/presence.h"

#include "daemon/store/changes.h"
#include "daemon/store/presence_columns.h"

namespace loomgate::store {
namespace {

const pg::Statement kLockPresence{
    "lock_presence", pg::Access::kWrite,
    "SELECT n.id, n.config_id, n.enabled, n.node_type = 'dynamic', c.client_initialized, " LOOMGATE_PRESENCE_COLUMNS
    "FROM nodes n JOIN node_runtime r ON r.node_id = n.id JOIN node_clients c ON c.node_id = n.id "
    "WHERE n.id = ANY($1::text[]) ORDER BY n.id FOR UPDATE OF r"};

// The order of these columns is the order of columns() below.
const pg::Statement kSavePresence{
    "save_presence", pg::Access::kWrite,
    "UPDATE node_runtime r SET online = p.online, connectivity_state = p.connectivity_state, wg_running = "
    "p.wg_running, "
    "wg_runtime_state = p.wg_runtime_state, last_seen = p.last_seen, last_probe_sent_at = p.last_probe_sent_at, "
    "last_probe_ack_at = p.last_probe_ack_at, last_control_channel_seen_at = p.last_control_channel_seen_at, "
    "heartbeat_client_online = p.heartbeat_client_online, heartbeat_wg_online = p.heartbeat_wg_online, "
    "detect_client_online = p.detect_client_online, detect_wg_online = p.detect_wg_online, "
    "last_connectivity_reason = p.reason, client_presence_state = p.client_presence_state, boot_id = p.boot_id, "
    "session_id = p.session_id, last_heartbeat_at = p.last_heartbeat_at, last_detect_ack_at = p.last_detect_ack_at, "
    "last_reachable_at = p.last_reachable_at, last_offline_at = p.last_offline_at, last_will_at = p.last_will_at, "
    "last_event = p.last_event, last_event_at = p.last_event_at, updated_at = now() "
    "FROM unnest($1::text[], $2::boolean[], $3::text[], $4::boolean[], $5::text[], $6::timestamptz[], "
    "$7::timestamptz[], "
    "$8::timestamptz[], $9::timestamptz[], $10::boolean[], $11::boolean[], $12::boolean[], $13::boolean[], "
    "$14::text[], "
    "$15::text[], $16::text[], $17::text[], $18::timestamptz[], $19::timestamptz[], $20::timestamptz[], "
    "$21::timestamptz[], "
    "$22::timestamptz[], $23::text[], $24::timestamptz[]) "
    "AS p (node_id, online, connectivity_state, wg_running, wg_runtime_state, last_seen, last_probe_sent_at, "
    "last_probe_ack_at, last_control_channel_seen_at, heartbeat_client_online, heartbeat_wg_online, "
    "detect_client_online, "
    "detect_wg_online, reason, client_presence_state, boot_id, session_id, last_heartbeat_at, last_detect_ack_at, "
    "last_reachable_at, last_offline_at, last_will_at, last_event, last_event_at) WHERE r.node_id = p.node_id"};

const pg::Statement kSilentNodes{"silent_nodes", pg::Access::kRead,
                                 "SELECT r.node_id FROM node_runtime r JOIN nodes n ON n.id = r.node_id JOIN "
                                 "node_clients c ON c.node_id = r.node_id "
                                 "WHERE n.enabled AND n.node_type = 'dynamic' AND c.client_initialized "
                                 "AND (r.online OR r.connectivity_state <> 'offline') "
                                 "AND (r.last_reachable_at IS NULL OR r.last_reachable_at < $1)"};

const pg::Statement kSaveClientFacts{
    "save_client_facts", pg::Access::kWrite,
    "UPDATE node_clients SET client_platform = coalesce(nullif($2, ''), client_platform), "
    "client_version = coalesce(nullif($3, ''), client_version), updated_at = now() WHERE node_id = $1 "
    "AND (client_platform, client_version) IS DISTINCT FROM "
    "(coalesce(nullif($2, ''), client_platform), coalesce(nullif($3, ''), client_version))"};

// One parameter array: a member of every node's state.
template <typename T>
void add_column(pg::Params& parameters, const std::vector<NodePresence>& nodes, T domain::PresenceState::*member) {
  std::vector<T> values;
  values.reserve(nodes.size());
  for (const auto& node : nodes) values.push_back(node.state.*member);
  parameters.add(values);
}

pg::Params columns(const std::vector<NodePresence>& nodes) {
  using State = domain::PresenceState;
  std::vector<std::string> node_ids;
  for (const auto& node : nodes) node_ids.push_back(node.node_id);
  pg::Params parameters;
  parameters.add(node_ids);
  add_column(parameters, nodes, &State::online);
  add_column(parameters, nodes, &State::connectivity_state);
  add_column(parameters, nodes, &State::wg_running);
  add_column(parameters, nodes, &State::wg_runtime_state);
  add_column(parameters, nodes, &State::last_seen);
  add_column(parameters, nodes, &State::last_probe_sent_at);
  add_column(parameters, nodes, &State::last_probe_ack_at);
  add_column(parameters, nodes, &State::last_control_channel_seen_at);
  add_column(parameters, nodes, &State::heartbeat_client_online);
  add_column(parameters, nodes, &State::heartbeat_wg_online);
  add_column(parameters, nodes, &State::detect_client_online);
  add_column(parameters, nodes, &State::detect_wg_online);
  add_column(parameters, nodes, &State::last_connectivity_reason);
  add_column(parameters, nodes, &State::client_presence_state);
  add_column(parameters, nodes, &State::boot_id);
  add_column(parameters, nodes, &State::session_id);
  add_column(parameters, nodes, &State::last_heartbeat_at);
  add_column(parameters, nodes, &State::last_detect_ack_at);
  add_column(parameters, nodes, &State::last_reachable_at);
  add_column(parameters, nodes, &State::last_offline_at);
  add_column(parameters, nodes, &State::last_will_at);
  add_column(parameters, nodes, &State::last_event);
  add_column(parameters, nodes, &State::last_event_at);
  return parameters;
}

}  // namespace

std::vector<NodePresence> lock_presence(pg::Transaction& transaction, const std::vector<std::string>& node_ids) {
  std::vector<NodePresence> nodes;
  if (node_ids.empty()) return nodes;
  for (const auto row : transaction.exec(kLockPresence, pg::params(node_ids))) {
    pg::RowReader reader(row);
    NodePresence node;
    node.node_id = reader.next<std::string>();
    node.config_id = reader.next<std::string>();
    node.standing.enabled = reader.next<bool>();
    node.standing.dynamic = reader.next<bool>();
    node.standing.initialized = reader.next<bool>();
    node.state = read_presence(reader);
    nodes.push_back(std::move(node));
  }
  return nodes;
}

void save_presence(pg::Transaction& transaction, const std::vector<NodePresence>& nodes) {
  if (nodes.empty()) return;
  transaction.exec(kSavePresence, columns(nodes));
  std::vector<Change> changes;
  for (const auto& node : nodes) changes.push_back({"endpoint.status", node.config_id, node.node_id, ""});
  add_changes(transaction, changes);
}

std::vector<std::string> silent_nodes(pg::Connection& connection, Timestamp heard_before) {
  std::vector<std::string> node_ids;
  const auto rows = connection.exec(kSilentNodes, pg::params(heard_before));
  for (const auto row : rows) node_ids.push_back(row.get<std::string>(0));
  return node_ids;
}

void save_client_facts(pg::Transaction& transaction, std::string_view node_id, std::string_view platform,
                       std::string_view version) {
  transaction.exec(kSaveClientFacts, pg::params(node_id, platform, version));
}

}  // namespace loomgate::store
