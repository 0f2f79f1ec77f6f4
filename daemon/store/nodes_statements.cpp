// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/nodes_statements.h"

// The order of these columns is the order of read_node() in nodes.cpp.
#define NODE_COLUMNS                                                                                             \
  "n.id, n.config_id, n.name, n.ipv4_address, n.ipv6_address, n.listen_port, n.virtual_ip, n.mtu, n.dns, "       \
  "n.auto_sync, n.enabled, n.node_type, n.public_key, n.private_key_sealed, n.tags, n.pre_up, n.post_up, "       \
  "n.pre_down, n.post_down, n.awg_jc, n.awg_jmin, n.awg_jmax, n.awg_i1, n.awg_i2, n.awg_i3, n.awg_i4, n.awg_i5, " \
  "n.awg_options, n.created_at, n.updated_at "

namespace loomgate::store {

const pg::Statement kNodeById{"node_by_id", pg::Access::kRead, "SELECT " NODE_COLUMNS "FROM nodes n WHERE n.id = $1"};

const pg::Statement kNodesOfConfig{
    "nodes_of_config", pg::Access::kRead,
    "SELECT " NODE_COLUMNS "FROM nodes n WHERE n.config_id = $1 ORDER BY n.created_at, n.seq"};

const pg::Statement kNodesById{
    "nodes_by_id", pg::Access::kRead,
    "SELECT " NODE_COLUMNS "FROM nodes n WHERE n.id = ANY($1::text[]) ORDER BY n.created_at, n.seq", pg::Plan::kFresh};

const pg::Statement kEnabledPeers{"enabled_peers", pg::Access::kRead,
                                  "SELECT id, name, public_key, ipv4_address, ipv6_address, listen_port FROM nodes "
                                  "WHERE id = ANY($1::text[]) AND enabled", pg::Plan::kFresh};

const pg::Statement kNodeIdsOfConfig{"node_ids_of_config", pg::Access::kRead,
                                     "SELECT n.id FROM nodes n WHERE n.config_id = $1 ORDER BY n.created_at, n.seq"};

const pg::Statement kNodesOnDefaultPort{
    "nodes_on_default_port", pg::Access::kRead,
    "SELECT count(*)::int FROM nodes n WHERE n.config_id = $1 AND (n.listen_port IS NULL OR EXISTS "
    "(SELECT FROM peer_links l JOIN nodes p ON p.id = l.peer_node_id "
    "WHERE l.local_node_id = n.id AND l.endpoint_mode = 'auto' AND p.listen_port IS NULL))"};

const pg::Statement kVirtualIps{"virtual_ips", pg::Access::kRead,
                                "SELECT n.id, n.name, n.virtual_ip FROM nodes n "
                                "WHERE n.config_id = $1 AND n.virtual_ip IS NOT NULL ORDER BY n.created_at, n.seq"};

const pg::Statement kHoldersOfAddress{"holders_of_address", pg::Access::kRead,
                                      "SELECT n.id, n.name, n.virtual_ip FROM nodes n "
                                      "WHERE n.config_id = $1 AND n.virtual_address = $2::inet"};

// A node is never seen without its state, client and runtime rows: they are made by the same statement.
const pg::Statement kInsertNode{
    "insert_node", pg::Access::kWrite,
    "WITH node AS (INSERT INTO nodes (id, config_id, name, ipv4_address, ipv6_address, listen_port, virtual_ip, mtu, "
    "dns, auto_sync, enabled, node_type, public_key, private_key_sealed, tags, pre_up, post_up, pre_down, post_down, "
    "awg_jc, awg_jmin, awg_jmax, awg_i1, awg_i2, awg_i3, awg_i4, awg_i5, awg_options) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, "
    "$24, $25, $26, $27, $28) "
    "RETURNING id, config_id, created_at, updated_at), "
    "state AS (INSERT INTO node_config_state (node_id, config_id) SELECT id, config_id FROM node), "
    "client AS (INSERT INTO node_clients (node_id, config_id) SELECT id, config_id FROM node), "
    "runtime AS (INSERT INTO node_runtime (node_id, config_id) SELECT id, config_id FROM node) "
    "SELECT created_at, updated_at FROM node"};

const pg::Statement kUpdateNode{
    "update_node", pg::Access::kWrite,
    "UPDATE nodes SET name = $3, ipv4_address = $4, ipv6_address = $5, listen_port = $6, virtual_ip = $7, mtu = $8, "
    "dns = $9, auto_sync = $10, enabled = $11, node_type = $12, public_key = $13, private_key_sealed = $14, "
    "tags = $15, pre_up = $16, post_up = $17, pre_down = $18, post_down = $19, awg_jc = $20, awg_jmin = $21, "
    "awg_jmax = $22, awg_i1 = $23, awg_i2 = $24, awg_i3 = $25, awg_i4 = $26, awg_i5 = $27, awg_options = $28, updated_at = now() "
    "WHERE id = $1 AND config_id = $2 RETURNING created_at, updated_at"};

const pg::Statement kDeleteNode{"delete_node", pg::Access::kWrite, "DELETE FROM nodes WHERE id = $1"};

const pg::Statement kRegisterTags{"register_tags", pg::Access::kWrite,
                                  "INSERT INTO config_tags (config_id, name) SELECT $1, unnest($2::text[]) "
                                  "ON CONFLICT DO NOTHING"};

const pg::Statement kResetRuntime{
    "reset_runtime", pg::Access::kWrite,
    "UPDATE node_runtime SET online = false, connectivity_state = $2, wg_running = false, "
    "wg_runtime_state = 'unknown', heartbeat_client_online = false, heartbeat_wg_online = false, "
    "detect_client_online = false, detect_wg_online = false, last_seen = NULL, last_probe_sent_at = NULL, "
    "last_probe_ack_at = NULL, last_control_channel_seen_at = NULL, last_connectivity_reason = $3, "
    "client_downloaded = false, client_downloaded_at = NULL, updated_at = now() WHERE node_id = $1"};

const pg::Statement kResetClient{
    "reset_client", pg::Access::kWrite,
    "UPDATE node_clients SET client_initialized = false, client_platform = '', client_version = '', "
    "client_hostname = '', interface_name = '', mqtt_username = '', mqtt_client_id = '', mqtt_salt = NULL, "
    "mqtt_hash = NULL, bind_token_hash = '', bind_token_expires_at = NULL, bind_token_used_at = NULL, "
    "bound_at = NULL, updated_at = now() WHERE node_id = $1"};

const pg::Statement kResetConfirmed{
    "reset_confirmed", pg::Access::kWrite,
    "UPDATE node_config_state SET confirmed_sha256 = '', confirmed_version = 0, confirmed_updated_at = NULL, "
    "reported_local_sha256 = '', reported_local_version = 0, updated_at = now() "
    "WHERE node_id = $1 AND (confirmed_sha256 <> '' OR reported_local_sha256 <> '')"};

const pg::Statement kResetPresence{
    "reset_presence", pg::Access::kWrite,
    "UPDATE node_runtime SET client_presence_state = 'offline', boot_id = '', session_id = '', "
    "last_heartbeat_at = NULL, last_detect_ack_at = NULL, last_reachable_at = NULL, last_offline_at = NULL, "
    "last_will_at = NULL, last_event = '', last_event_at = NULL, updated_at = now() WHERE node_id = $1"};

const pg::Statement kDropBindToken{
    "drop_bind_token", pg::Access::kWrite,
    "UPDATE node_clients SET bind_token_hash = '', bind_token_expires_at = NULL, bind_token_used_at = NULL, "
    "updated_at = now() WHERE node_id = $1 AND bind_token_hash <> ''"};

const pg::Statement kShowOffline{
    "show_offline", pg::Access::kWrite,
    "UPDATE node_runtime SET client_presence_state = 'offline', updated_at = now() "
    "WHERE node_id = $1 AND client_presence_state <> 'offline'"};

}  // namespace loomgate::store
