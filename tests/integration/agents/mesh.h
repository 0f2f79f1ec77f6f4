// SPDX-License-Identifier: Apache-2.0
// A small mesh in a database of its own: one config, bound nodes, staged texts. What services would have written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/crypto/sealer.h"
#include "daemon/domain/presence.h"
#include "daemon/store/commands.h"
#include "sql/pg/pool.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::test {

struct BoundNode {
  std::string id;
  std::string config_id;
  std::string password;
};

class Mesh {
 public:
  explicit Mesh(harness::PostgresCluster& cluster = harness::shared_cluster(), std::size_t pool_size = 8);

  harness::TestDatabase database;
  crypto::Sealer sealer;
  pg::Pool pool;
  std::string config_id;

  // Enabled, dynamic, with credentials. Its text is staged when it is not empty.
  BoundNode add_node(std::string_view name, std::string_view text = "");
  std::vector<BoundNode> add_nodes(int count, std::string_view text);
  // Stages the text and offers it, as a service does; returns its hash.
  std::string stage(const std::string& node_id, std::string_view text);
  std::string control(const std::string& node_id, std::string_view action);  // returns the request id

  // One value, or empty when there is no row.
  std::string ask(const std::string& sql);
  void run(const std::string& sql);
  std::string of_runtime(const std::string& node_id, const std::string& column);
  std::string of_state(const std::string& node_id, const std::string& column);
  std::string command_status(const std::string& request_id);
  int outbox_rows();
};

}  // namespace loomgate::test
