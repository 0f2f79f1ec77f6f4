// SPDX-License-Identifier: Apache-2.0
// A throw-away PostgreSQL cluster: its own data directory, a free loopback port and a unix socket in a private directory,
// fsync off. Roles loomgate (owner) and loomgate_broker, database loomgate. As root it runs as user postgres.
// LOOMGATE_PG_BINDIR names another installation than the newest below /usr/lib/postgresql. Not thread safe but for the
// getters.
#pragma once

#include <memory>
#include <string>

#include "sql/pg/connection.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace loomgate::harness {

class PostgresCluster;

// A database with the schema in it, copied from a template in some 20 ms; dropped at the end.
class TestDatabase {
 public:
  ~TestDatabase();
  TestDatabase(TestDatabase&& other) noexcept : cluster_(std::exchange(other.cluster_, nullptr)), name_(std::move(other.name_)) {}
  TestDatabase& operator=(TestDatabase&&) = delete;

  const std::string& name() const { return name_; }
  std::string dsn() const;            // as loomgate, who owns everything
  std::string broker_dsn() const;     // as loomgate_broker
  std::string superuser_dsn() const;  // as postgres

 private:
  friend class PostgresCluster;
  TestDatabase(PostgresCluster& cluster, std::string name) : cluster_(&cluster), name_(std::move(name)) {}
  PostgresCluster* cluster_;
  std::string name_;
};

class PostgresCluster {
 public:
  PostgresCluster();  // made and started
  ~PostgresCluster();

  // Over TCP with a password: these work for servers that drop their rights, too.
  std::string dsn(const std::string& database = "loomgate") const;
  std::string broker_dsn(const std::string& database = "loomgate") const;
  std::string superuser_dsn(const std::string& database = "loomgate") const;
  int port() const { return port_; }

  void migrate(const std::string& database = "loomgate");
  TestDatabase fresh_database();
  TestDatabase empty_database();  // without the schema

  void start();    // returns when it accepts connections
  void stop();     // immediate shutdown: clients are told, nothing is flushed
  void kill9();    // every process of it, at once
  void restart();  // stop and start
  void pause();    // freezes every process: connections stay open and nobody answers
  void resume();

 private:
  friend class TestDatabase;
  void initialize();
  void create_roles();
  void as_superuser(const std::string& sql, const std::string& database = "postgres");
  std::vector<pid_t> server_processes() const;
  std::vector<pid_t> freeze_server();
  std::string conninfo(const std::string& role, const std::string& database) const;

  TempDir directory_{fast_root()};
  int port_;
  std::string password_;
  std::unique_ptr<Process> server_;
  int databases_ = 0;
  bool template_made_ = false;
};

// One cluster per test program, started when first asked for.
PostgresCluster& shared_cluster();

// A connection of its own for a test.
pg::Connection connect(const std::string& dsn);

}  // namespace loomgate::harness
