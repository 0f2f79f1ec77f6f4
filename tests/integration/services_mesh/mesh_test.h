// SPDX-License-Identifier: Apache-2.0
// A fresh database and the services of configs, nodes, links and sync on it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "daemon/base/error.h"
#include "daemon/services/configs.h"
#include "daemon/services/links.h"
#include "daemon/services/nodes.h"
#include "daemon/services/sync.h"
#include "daemon/services/tags.h"
#include "daemon/store/constraint_errors.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::test {

inline crypto::Sealer test_sealer() { return crypto::Sealer({{1, std::vector<std::uint8_t>(32, 0x5a)}}); }

// What the HTTP boundary would answer to this exception: "CODE status".
inline std::string code_of(std::exception_ptr failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return std::string(error.code().code) + " " + std::to_string(error.code().status);
  } catch (...) {
    const auto error = store::translate_database_error(failure);
    if (!error) throw;
    return std::string(error->code().code) + " " + std::to_string(error->code().status);
  }
}

class MeshTest : public testing::Test {
 protected:
  explicit MeshTest(bool mqtt_enabled = true) : deps{pool, sealer, mqtt_enabled} {}

  projections::ConfigView make_config(const std::string& name) {
    services::ConfigWrite write;
    write.name = name;
    return configs.create(admin, write);
  }
  projections::NodeView make_node(const std::string& config_id, const std::string& name,
                                  const std::string& ipv4 = "") {
    services::NodeWrite write;
    write.name = name;
    if (!ipv4.empty()) write.ipv4_address = ipv4;
    return nodes.create(admin, config_id, write);
  }
  static services::LinkGroupWrite link_between(const domain::Node& local, const domain::Node& peer) {
    services::LinkGroupWrite write;
    write.forward.local_node_id = write.reverse.peer_node_id = local.id;
    write.forward.peer_node_id = write.reverse.local_node_id = peer.id;
    write.forward.allowed_ips = peer.virtual_ip.value_or("10.0.0.0/8");
    write.reverse.allowed_ips = local.virtual_ip.value_or("10.0.0.0/8");
    write.forward.persistent_keepalive = write.reverse.persistent_keepalive = 25;
    return write;
  }
  std::string make_link(const domain::Node& local, const domain::Node& peer) {
    return links.create(admin, local.config_id, link_between(local, peer)).front().link_group_id;
  }
  // An update that names the node and nothing else.
  static services::NodeWrite rename(const std::string& name) {
    services::NodeWrite write;
    write.name = name;
    return write;
  }

  // As if a device had been bound to the node and were connected.
  void bind(const std::string& node_id) {
    scalar("UPDATE node_clients SET client_initialized = true, mqtt_username = node_id, mqtt_client_id = 'wfm-' || node_id, "
           "mqtt_salt = decode(repeat('00', 16), 'hex'), mqtt_hash = decode(repeat('00', 32), 'hex'), "
           "bind_token_hash = repeat('a', 64), bind_token_expires_at = now(), client_platform = 'linux' "
           "WHERE node_id = '" + node_id + "'");
    scalar("UPDATE node_runtime SET online = true, connectivity_state = 'online', client_presence_state = 'online', "
           "session_id = 'session-1', last_reachable_at = now(), last_seen = now() WHERE node_id = '" + node_id + "'");
  }
  // The first column of the first row, as text.
  std::string scalar(const std::string& sql) {
    auto connection = pool.acquire();
    const auto rows = connection->exec_script(sql);
    return rows.empty() || rows[0].is_null(0) ? "" : std::string(rows[0].raw(0));
  }
  std::string state_of(const std::string& node_id, const std::string& columns) {
    return scalar("SELECT concat_ws(' ', " + columns + ") FROM node_config_state WHERE node_id = '" + node_id + "'");
  }
  // Everything that a write of a mesh may touch.
  std::string contents() {
    std::string all;
    for (const char* table : {"configs", "nodes", "config_tags", "link_groups", "peer_links", "node_texts",
                              "node_config_state", "node_clients", "node_runtime", "commands", "outbox", "changes",
                              "audit_log"}) {
      all += std::string(table) + "\n" + rows_of(table) + "\n";
    }
    return all;
  }
  std::string rows_of(const std::string& table) {
    return scalar("SELECT string_agg(t::text, E'\\n' ORDER BY t::text) FROM " + table + " t");
  }

  // The code that `act` throws, "" when it throws none; the database must be as it was before.
  std::string refused(const std::function<void()>& act) {
    const auto before = contents();
    std::string code;
    try {
      act();
    } catch (...) {
      code = code_of(std::current_exception());
    }
    EXPECT_EQ(contents(), before) << "a refused write left something behind: " << code;
    return code;
  }

  harness::TestDatabase database = harness::shared_cluster().fresh_database();
  pg::Pool pool{{.conninfo = database.dsn()}, 8, std::chrono::seconds(60)};  // tests race with more threads than that
  crypto::Sealer sealer = test_sealer();
  domain::Actor admin{"admin", "admin", "request-1"};
  services::MeshDeps deps;
  services::ConfigService configs{deps};
  services::NodeService nodes{deps};
  services::LinkService links{deps};
  services::SyncService sync{deps};
  services::TagService tags{deps};
};

}  // namespace loomgate::test
