// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/nodes.h"

#include <stdexcept>

#include "daemon/store/awg_columns.h"
#include "daemon/store/nodes_statements.h"

namespace loomgate::store {
namespace {

crypto::SealedPlace key_place(std::string_view node_id) {
  return {"nodes", "private_key_sealed", node_id};
}

domain::Node read_node(pg::Row row, const crypto::Sealer* sealer) {
  pg::RowReader reader(row);
  domain::Node node;
  node.id = reader.next<std::string>();
  node.config_id = reader.next<std::string>();
  node.name = reader.next<std::string>();
  node.ipv4_address = reader.next<std::optional<std::string>>();
  node.ipv6_address = reader.next<std::optional<std::string>>();
  node.listen_port = reader.next<std::optional<int>>();
  node.virtual_ip = reader.next<std::optional<std::string>>();
  node.mtu = reader.next<std::optional<int>>();
  node.dns = reader.next<std::optional<std::string>>();
  node.auto_sync = reader.next<bool>();
  node.enabled = reader.next<bool>();
  node.node_type = reader.next<std::string>();
  node.public_key = reader.next<std::string>();
  const auto sealed_key = reader.next<pg::Bytes>();
  if (sealer != nullptr) node.private_key = sealer->open(key_place(node.id), sealed_key);
  node.tags = reader.next<std::vector<std::string>>();
  node.pre_up = reader.next<std::vector<std::string>>();
  node.post_up = reader.next<std::vector<std::string>>();
  node.pre_down = reader.next<std::vector<std::string>>();
  node.post_down = reader.next<std::vector<std::string>>();
  node.awg = read_node_awg(reader);
  node.created_at = reader.next<Timestamp>();
  node.updated_at = reader.next<Timestamp>();
  return node;
}

std::vector<domain::Node> read_nodes(const pg::Result& rows, const crypto::Sealer* sealer) {
  std::vector<domain::Node> nodes;
  nodes.reserve(static_cast<std::size_t>(rows.rows()));
  for (const auto row : rows) nodes.push_back(read_node(row, sealer));
  return nodes;
}

// Insert and update write the same columns in the same order.
void write_node(pg::Transaction& transaction, const pg::Statement& statement, const crypto::Sealer& sealer,
                domain::Node& node) {
  auto params = pg::params(node.id, node.config_id, node.name, node.ipv4_address, node.ipv6_address, node.listen_port,
                           node.virtual_ip, node.mtu, node.dns, node.auto_sync, node.enabled, node.node_type,
                           node.public_key, sealer.seal(key_place(node.id), node.private_key), node.tags, node.pre_up,
                           node.post_up, node.pre_down, node.post_down);
  add_node_awg(params, node.awg);
  const auto rows = transaction.exec(statement, params);
  if (rows.empty()) throw std::logic_error("a node vanished while its config was locked");
  node.created_at = rows[0].get<Timestamp>(0);
  node.updated_at = rows[0].get<Timestamp>(1);
  if (!node.tags.empty()) transaction.exec(kRegisterTags, pg::params(node.config_id, node.tags));
}

std::vector<VirtualIp> read_virtual_ips(const pg::Result& rows) {
  std::vector<VirtualIp> held;
  for (const auto row : rows)
    held.push_back({row.get<std::string>(0), row.get<std::string>(1), row.get<std::string>(2)});
  return held;
}

}  // namespace

std::optional<domain::Node> find_node(pg::Connection& connection, std::string_view node_id,
                                      const crypto::Sealer* sealer) {
  const auto rows = connection.exec(kNodeById, pg::params(node_id));
  if (rows.empty()) return std::nullopt;
  return read_node(rows[0], sealer);
}

std::vector<domain::Node> nodes_of_config(pg::Connection& connection, std::string_view config_id,
                                          const crypto::Sealer* sealer) {
  return read_nodes(connection.exec(kNodesOfConfig, pg::params(config_id)), sealer);
}

std::vector<domain::Node> nodes_by_id(pg::Connection& connection, const std::vector<std::string>& node_ids,
                                      const crypto::Sealer* sealer) {
  return read_nodes(connection.exec(kNodesById, pg::params(node_ids)), sealer);
}

std::vector<domain::PeerNode> enabled_peers(pg::Connection& connection, const std::vector<std::string>& node_ids) {
  std::vector<domain::PeerNode> peers;
  const auto rows = connection.exec(kEnabledPeers, pg::params(node_ids));
  peers.reserve(static_cast<std::size_t>(rows.rows()));
  for (const auto row : rows) {
    pg::RowReader reader(row);
    auto& peer = peers.emplace_back();
    peer.id = reader.next<std::string>();
    peer.name = reader.next<std::string>();
    peer.public_key = reader.next<std::string>();
    peer.entry.ipv4_address = reader.next<std::optional<std::string>>();
    peer.entry.ipv6_address = reader.next<std::optional<std::string>>();
    peer.entry.listen_port = reader.next<std::optional<int>>();
  }
  return peers;
}

std::vector<std::string> node_ids_of_config(pg::Connection& connection, std::string_view config_id) {
  std::vector<std::string> ids;
  const auto rows = connection.exec(kNodeIdsOfConfig, pg::params(config_id));
  for (const auto row : rows) ids.push_back(row.get<std::string>(0));
  return ids;
}

int count_nodes_on_default_port(pg::Connection& connection, std::string_view config_id) {
  return connection.exec(kNodesOnDefaultPort, pg::params(config_id))[0].get<int>(0);
}

std::vector<VirtualIp> virtual_ips(pg::Connection& connection, std::string_view config_id) {
  return read_virtual_ips(connection.exec(kVirtualIps, pg::params(config_id)));
}

std::vector<VirtualIp> holders_of_address(pg::Connection& connection, std::string_view config_id,
                                          std::string_view address) {
  return read_virtual_ips(connection.exec(kHoldersOfAddress, pg::params(config_id, address)));
}

void insert_node(pg::Transaction& transaction, const crypto::Sealer& sealer, domain::Node& node) {
  write_node(transaction, kInsertNode, sealer, node);
}

void update_node(pg::Transaction& transaction, const crypto::Sealer& sealer, domain::Node& node) {
  write_node(transaction, kUpdateNode, sealer, node);
}

bool delete_node(pg::Transaction& transaction, std::string_view node_id) {
  return transaction.exec(kDeleteNode, pg::params(node_id)).affected() > 0;
}

void reset_runtime(pg::Transaction& transaction, std::string_view node_id, std::string_view connectivity,
                   std::string_view reason) {
  transaction.exec(kResetRuntime, pg::params(node_id, connectivity, reason));
}

void reset_client(pg::Transaction& transaction, std::string_view node_id) {
  transaction.exec(kResetClient, pg::params(node_id));
  transaction.exec(kResetConfirmed, pg::params(node_id));
  transaction.exec(kResetPresence, pg::params(node_id));
}

void drop_bind_token(pg::Transaction& transaction, std::string_view node_id) {
  transaction.exec(kDropBindToken, pg::params(node_id));
  transaction.exec(kShowOffline, pg::params(node_id));
}

}  // namespace loomgate::store
