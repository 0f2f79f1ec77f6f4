// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/agents/mesh.h"

#include <fmt/format.h>

#include "daemon/base/ids.h"
#include "daemon/crypto/keys.h"
#include "daemon/crypto/tokens.h"
#include "daemon/store/configs.h"
#include "daemon/store/node_state.h"
#include "daemon/store/nodes.h"
#include "plugin/base/digest.h"

namespace loomgate::test {
namespace {

const pg::Statement kBind{
    "test_bind", pg::Access::kWrite,
    "UPDATE node_clients SET client_initialized = true, mqtt_username = node_id, mqtt_client_id = 'wfm-' || node_id, "
    "mqtt_salt = $2, mqtt_hash = $3, interface_name = $4 WHERE node_id = $1"};

pg::ConnectOptions options(const std::string& dsn) {
  pg::ConnectOptions made;
  made.conninfo = dsn;
  return made;
}

}  // namespace

Mesh::Mesh(harness::PostgresCluster& cluster, std::size_t pool_size)
    : database(cluster.fresh_database()),
      sealer({crypto::MasterKey{1, crypto::Bytes(32, 7)}}),
      pool(options(database.dsn()), pool_size) {
  domain::Config config;
  config.id = new_id("cfg");
  config.name = "lab";
  config.virtual_subnet = "10.0.0.0/8";
  pool.transact([&](pg::Transaction& transaction) { store::insert_config(transaction, sealer, config); });
  config_id = config.id;
}

BoundNode Mesh::add_node(std::string_view name, std::string_view text) {
  domain::Node node;
  node.id = new_id("node");
  node.config_id = config_id;
  node.name = name;
  node.public_key = std::string(43, 'A') + "=";
  node.private_key = node.public_key;
  BoundNode bound{node.id, config_id, crypto::random_token(32)};
  MqttSalt salt{};
  random_bytes(salt);
  const auto hash = mqtt_password_hash(salt, bound.password);
  pool.transact([&](pg::Transaction& transaction) {
    store::insert_node(transaction, sealer, node);
    transaction.exec(kBind, pg::params(node.id, pg::Bytes(salt.begin(), salt.end()),
                                       pg::Bytes(hash.begin(), hash.end()), "lab-" + node.name));
  });
  if (!text.empty()) stage(node.id, text);
  return bound;
}

std::vector<BoundNode> Mesh::add_nodes(int count, std::string_view text) {
  std::vector<BoundNode> nodes;
  for (int i = 0; i < count; ++i) nodes.push_back(add_node("n" + std::to_string(i), text));
  return nodes;
}

std::string Mesh::stage(const std::string& node_id, std::string_view text) {
  const auto sha256 = sha256_hex(text);
  pool.transact([&](pg::Transaction& transaction) {
    store::set_staged(transaction, sealer, {{node_id, sha256, std::string(text)}});
    store::enqueue_pushes(transaction, {node_id}, "auto-sync");
  });
  return sha256;
}

std::string Mesh::control(const std::string& node_id, std::string_view action) {
  return pool.transact([&](pg::Transaction& transaction) {
    return store::enqueue_control(transaction, node_id, action, "admin").request_id;
  });
}

std::string Mesh::ask(const std::string& sql) {
  auto lease = pool.acquire();
  const auto rows = lease->exec_script(sql);
  return rows.empty() ? std::string() : std::string(rows[0].raw(0));
}

void Mesh::run(const std::string& sql) {
  pool.acquire()->exec_script(sql);
}

std::string Mesh::of_runtime(const std::string& node_id, const std::string& column) {
  return ask(fmt::format("SELECT {} FROM node_runtime WHERE node_id = '{}'", column, node_id));
}

std::string Mesh::of_state(const std::string& node_id, const std::string& column) {
  return ask(fmt::format("SELECT {} FROM node_config_state WHERE node_id = '{}'", column, node_id));
}

std::string Mesh::command_status(const std::string& request_id) {
  return ask(fmt::format("SELECT status FROM commands WHERE request_id = '{}'", request_id));
}

int Mesh::outbox_rows() {
  return std::stoi(ask("SELECT count(*) FROM outbox WHERE kind = 'publish'"));
}

}  // namespace loomgate::test
