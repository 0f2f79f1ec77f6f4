// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/configs_statements.h"

// The order of these columns is the order of read_config() in configs.cpp.
#define CONFIG_COLUMNS                                                                                       \
  "c.id, c.name, c.description, c.enabled, c.virtual_subnet, c.default_listen_port, c.default_mtu, "         \
  "c.default_dns, c.auto_sync, c.tunnel_protocol, c.previous_tunnel_protocol, c.awg_version, c.awg_options, " \
  "c.awg_header_key_sealed, c.awg_s1, c.awg_s2, c.awg_s3, c.awg_s4, c.awg_h1, c.awg_h2, c.awg_h3, c.awg_h4, " \
  "c.created_at, c.updated_at "

namespace loomgate::store {

const pg::Statement kAllConfigs{"all_configs", pg::Access::kRead,
                                "SELECT " CONFIG_COLUMNS "FROM configs c ORDER BY c.created_at DESC, c.seq DESC"};

const pg::Statement kConfigById{"config_by_id", pg::Access::kRead,
                                "SELECT " CONFIG_COLUMNS "FROM configs c WHERE c.id = $1"};

const pg::Statement kLockConfig{"lock_config", pg::Access::kWrite,
                                "SELECT " CONFIG_COLUMNS "FROM configs c WHERE c.id = $1 FOR UPDATE"};

const pg::Statement kLockConfigOfNode{"lock_config_of_node", pg::Access::kWrite,
                                      "SELECT " CONFIG_COLUMNS
                                      "FROM configs c WHERE c.id = (SELECT n.config_id FROM nodes n WHERE n.id = $1) "
                                      "FOR UPDATE"};

const pg::Statement kLockConfigOfGroup{
    "lock_config_of_group", pg::Access::kWrite,
    "SELECT " CONFIG_COLUMNS
    "FROM configs c WHERE c.id = (SELECT g.config_id FROM link_groups g WHERE g.id = $1) FOR UPDATE"};

const pg::Statement kLockConfigOfForward{
    "lock_config_of_forward", pg::Access::kWrite,
    "SELECT " CONFIG_COLUMNS
    "FROM configs c WHERE c.id = (SELECT r.config_id FROM port_forward_rules r WHERE r.id = $1) FOR UPDATE"};

const pg::Statement kInsertConfig{
    "insert_config", pg::Access::kWrite,
    "INSERT INTO configs (id, name, description, enabled, virtual_subnet, default_listen_port, default_mtu, "
    "default_dns, auto_sync, tunnel_protocol, previous_tunnel_protocol, awg_version, awg_options, "
    "awg_header_key_sealed, awg_s1, awg_s2, awg_s3, awg_s4, awg_h1, awg_h2, awg_h3, awg_h4) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) "
    "RETURNING virtual_subnet, created_at, updated_at"};

const pg::Statement kUpdateConfig{
    "update_config", pg::Access::kWrite,
    "UPDATE configs SET name = $2, description = $3, enabled = $4, virtual_subnet = $5, default_listen_port = $6, "
    "default_mtu = $7, default_dns = $8, auto_sync = $9, tunnel_protocol = $10, previous_tunnel_protocol = $11, "
    "awg_version = $12, awg_options = $13, awg_header_key_sealed = $14, awg_s1 = $15, awg_s2 = $16, awg_s3 = $17, "
    "awg_s4 = $18, awg_h1 = $19, awg_h2 = $20, awg_h3 = $21, awg_h4 = $22, updated_at = now() WHERE id = $1 RETURNING virtual_subnet, created_at, updated_at"};

const pg::Statement kDeleteConfig{"delete_config", pg::Access::kWrite, "DELETE FROM configs WHERE id = $1"};

const pg::Statement kLockSwitchedConfigs{
    "lock_switched_configs", pg::Access::kWrite,
    "SELECT id FROM configs WHERE previous_tunnel_protocol IS NOT NULL ORDER BY id FOR UPDATE SKIP LOCKED"};

const pg::Statement kForgetPreviousProtocols{
    "forget_previous_protocols", pg::Access::kWrite,
    "UPDATE configs c SET previous_tunnel_protocol = NULL WHERE c.id = ANY($1::text[]) AND NOT EXISTS "
    "(SELECT FROM nodes n JOIN node_clients k ON k.node_id = n.id JOIN node_config_state s ON s.node_id = n.id "
    "LEFT JOIN node_texts t ON t.node_id = n.id AND t.sha256 = s.confirmed_sha256 WHERE n.config_id = c.id "
    "AND n.node_type = 'dynamic' AND k.client_initialized AND t.tunnel_protocol IS DISTINCT FROM c.tunnel_protocol)"};

const pg::Statement kTouchConfig{"touch_config", pg::Access::kWrite,
                                 "UPDATE configs SET updated_at = now() WHERE id = $1"};

}  // namespace loomgate::store
