// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/links_statements.h"

// The order of these columns is the order of read_link() in links.cpp.
#define LINK_COLUMNS                                                                                                 \
  "l.id, l.config_id, l.local_node_id, l.peer_node_id, l.link_group_id, l.direction, g.enabled, l.allowed_ips, "     \
  "l.persistent_keepalive, g.preshared_key_sealed, l.endpoint_mode, l.endpoint_ref_family, l.endpoint_manual_host, " \
  "l.endpoint_port_mode, l.endpoint_manual_port, g.notes, l.created_at, l.updated_at "                               \
  "FROM peer_links l JOIN link_groups g ON g.id = l.link_group_id "

namespace loomgate::store {

const pg::Statement kLinksOfConfig{
    "links_of_config", pg::Access::kRead,
    "SELECT " LINK_COLUMNS "WHERE l.config_id = $1 ORDER BY l.created_at, l.seq"};

const pg::Statement kLinksOfNode{
    "links_of_node", pg::Access::kRead,
    "SELECT " LINK_COLUMNS
    "WHERE l.link_group_id IN (SELECT link_group_id FROM peer_links WHERE local_node_id = $1) ORDER BY l.created_at, l.seq"};

const pg::Statement kRenderedLinks{
    "rendered_links", pg::Access::kRead,
    "SELECT l.local_node_id, l.peer_node_id, l.allowed_ips, l.persistent_keepalive, g.preshared_key_sealed, g.id, "
    "l.endpoint_mode, l.endpoint_ref_family, l.endpoint_manual_host, l.endpoint_port_mode, l.endpoint_manual_port "
    // Planned for the nodes at hand: two leaves, a hub of thousands and a mesh that was written just now differ too much.
    "FROM peer_links l JOIN link_groups g ON g.id = l.link_group_id "
    "WHERE l.local_node_id = ANY($1::text[]) AND g.enabled ORDER BY l.created_at, l.seq",
    pg::Plan::kFresh};

const pg::Statement kLinksOfGroup{"links_of_group", pg::Access::kRead,
                                  "SELECT " LINK_COLUMNS "WHERE l.link_group_id = $1 ORDER BY l.direction"};

const pg::Statement kInsertLinkGroup{
    "insert_link_group", pg::Access::kWrite,
    "INSERT INTO link_groups (id, config_id, forward_node_id, reverse_node_id, enabled, preshared_key_sealed, notes) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)"};

const pg::Statement kUpdateLinkGroup{
    "update_link_group", pg::Access::kWrite,
    "UPDATE link_groups SET enabled = $2, preshared_key_sealed = $3, notes = $4, updated_at = now() WHERE id = $1"};

const pg::Statement kInsertDirection{
    "insert_direction", pg::Access::kWrite,
    "INSERT INTO peer_links (id, allowed_ips, persistent_keepalive, endpoint_mode, endpoint_ref_family, "
    "endpoint_manual_host, endpoint_port_mode, endpoint_manual_port, config_id, link_group_id, direction, "
    "local_node_id, peer_node_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "
    "RETURNING created_at, updated_at"};

const pg::Statement kUpdateDirection{
    "update_direction", pg::Access::kWrite,
    "UPDATE peer_links SET allowed_ips = $2, persistent_keepalive = $3, endpoint_mode = $4, endpoint_ref_family = $5, "
    "endpoint_manual_host = $6, endpoint_port_mode = $7, endpoint_manual_port = $8, updated_at = now() WHERE id = $1 "
    "RETURNING created_at, updated_at"};

const pg::Statement kDeleteLinkGroup{"delete_link_group", pg::Access::kWrite, "DELETE FROM link_groups WHERE id = $1"};

const pg::Statement kDeleteDirectionsOfConfig{"delete_directions_of_config", pg::Access::kWrite,
                                              "DELETE FROM peer_links WHERE config_id = $1"};

const pg::Statement kDeleteGroupsOfConfig{"delete_groups_of_config", pg::Access::kWrite,
                                          "DELETE FROM link_groups WHERE config_id = $1"};

// Peers are rendered in the order of seq, which follows the ORDER BY of the insert.
const pg::Statement kInsertAutoLinks{
    "insert_auto_links", pg::Access::kWrite,
    "WITH pairs AS (SELECT * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::text[], "
    "$10::text[], $11::int[], $12::int[]) WITH ORDINALITY AS p (id, forward_link, reverse_link, forward_id, reverse_id, "
    "sealed_key, forward_ips, reverse_ips, forward_keepalive, reverse_keepalive, nr)), "
    "groups AS (INSERT INTO link_groups (id, config_id, forward_node_id, reverse_node_id, preshared_key_sealed) "
    "SELECT id, $1, forward_id, reverse_id, sealed_key FROM pairs ORDER BY nr) "
    "INSERT INTO peer_links (id, config_id, link_group_id, direction, local_node_id, peer_node_id, allowed_ips, "
    "persistent_keepalive, endpoint_mode, endpoint_ref_family, endpoint_port_mode) "
    "SELECT d.id, $1, p.id, d.direction, d.local_id, d.peer_id, d.ips, d.keepalive, 'auto', $2, 'ref_peer_listen_port' "
    "FROM pairs p CROSS JOIN LATERAL (VALUES "
    "(1, p.forward_link, 'forward', p.forward_id, p.reverse_id, p.forward_ips, p.forward_keepalive), "
    "(2, p.reverse_link, 'reverse', p.reverse_id, p.forward_id, p.reverse_ips, p.reverse_keepalive)) "
    "AS d (side, id, direction, local_id, peer_id, ips, keepalive) ORDER BY p.nr, d.side"};

const pg::Statement kDisableLinksOfNode{
    "disable_links_of_node", pg::Access::kWrite,
    "WITH g AS (UPDATE link_groups SET enabled = false, updated_at = now() "
    "WHERE id IN (SELECT link_group_id FROM peer_links WHERE local_node_id = $1) AND enabled RETURNING id) "
    "UPDATE peer_links SET updated_at = now() WHERE link_group_id IN (SELECT id FROM g)"};

const pg::Statement kClearKeepalives{
    "clear_keepalives", pg::Access::kWrite,
    "UPDATE peer_links SET persistent_keepalive = NULL, updated_at = now() WHERE id = ANY($1::text[])"};

}  // namespace loomgate::store
