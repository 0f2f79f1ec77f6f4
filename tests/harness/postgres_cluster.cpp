// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/postgres_cluster.h"

#include <dirent.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>

#include "plugin/base/digest.h"
#include "sql/migrations/runner.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/postgres_install.h"

namespace loomgate::harness {
namespace {

std::string random_password() {
  std::array<std::uint8_t, 12> bytes{};
  random_bytes(bytes);
  return to_hex(bytes);
}

bool is_still(pid_t process) {
  const ProcessState state = look_at(process);
  return state.frozen || !state.alive;
}

}  // namespace

pg::Connection connect(const std::string& dsn) {
  pg::ConnectOptions options;
  options.conninfo = dsn;
  options.application_name = "loomgate-test";
  return pg::Connection(options);
}

PostgresCluster& shared_cluster() {
  static PostgresCluster cluster;
  return cluster;
}

PostgresCluster::PostgresCluster() : port_(free_port()), password_(random_password()) {
  initialize();
  start();
  create_roles();
}

// Shut down, because a killed cluster leaves a shared memory segment behind; killed only when it does not obey.
PostgresCluster::~PostgresCluster() {
  if (!server_ || !server_->running()) return;
  resume();
  server_->signal(SIGQUIT);
  if (!server_->wait(kPatience)) kill9();
}

void PostgresCluster::initialize() {
  if (const std::string user = postgres_user(); !user.empty())
    run_program({.argv = {"chown", user, directory_.path()}, .env = {}, .output = {}, .working_directory = {}, .user = {}});
  make_data_directory(directory_ / "data");
  std::ofstream(directory_ / "data/postgresql.auto.conf", std::ios::app)
      << "fsync = off\nfull_page_writes = off\nshared_buffers = 32MB\nmax_connections = 200\nlisten_addresses = '127.0.0.1'\n"
      << "unix_socket_directories = '\"" << directory_.path().string() << "\"'\nmin_wal_size = 32MB\nmax_wal_size = 64MB\n"
      // Segments of a killed cluster go with its directory instead of staying in /dev/shm.
      << "dynamic_shared_memory_type = mmap\nlog_min_messages = fatal\n";
}

void PostgresCluster::start() {
  for (const auto end = std::chrono::steady_clock::now() + kPatience;;) {
    server_.reset();
    server_ = std::make_unique<Process>(ProcessOptions{
        .argv = {postgres_program("postgres"), "-D", directory_ / "data", "-p", std::to_string(port_)},
        .env = {{"LC_ALL", "C"}},
        .output = directory_ / "server.log",
        .working_directory = "/",
        .user = postgres_user()});
    const bool ready = eventually(kPatience, [this] {
      try {
        connect(superuser_dsn("postgres"));
        return true;
      } catch (const pg::DatabaseError&) {
        return !server_->running();
      }
    });
    if (ready && server_->running()) return;
    // The last processes of a killed cluster may still hold its memory: once more.
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("PostgreSQL does not start: " + server_->output());
  }
}

void PostgresCluster::create_roles() {
  as_superuser(fmt::format("CREATE ROLE loomgate LOGIN PASSWORD '{0}'; CREATE ROLE loomgate_broker LOGIN PASSWORD '{0}'; "
                           "ALTER ROLE postgres PASSWORD '{0}'",
                           password_));
  as_superuser("CREATE DATABASE loomgate OWNER loomgate");
}

void PostgresCluster::as_superuser(const std::string& sql, const std::string& database) {
  connect(superuser_dsn(database)).exec_script(sql);
}

std::string PostgresCluster::conninfo(const std::string& role, const std::string& database) const {
  return fmt::format("host=127.0.0.1 port={} user={} password={} dbname={}", port_, role, password_, database);
}

std::string PostgresCluster::dsn(const std::string& database) const { return conninfo("loomgate", database); }
std::string PostgresCluster::broker_dsn(const std::string& database) const { return conninfo("loomgate_broker", database); }

// Over the unix socket, which trusts whoever may enter its directory.
std::string PostgresCluster::superuser_dsn(const std::string& database) const {
  return fmt::format("host='{}' port={} user=postgres dbname={}", directory_.path().string(), port_, database);
}

void PostgresCluster::migrate(const std::string& database) {
  pg::Connection connection = connect(dsn(database));
  migrations::migrate(connection);
}

TestDatabase PostgresCluster::fresh_database() {
  if (!template_made_) {
    as_superuser("CREATE DATABASE loomgate_template OWNER loomgate");
    migrate("loomgate_template");
    template_made_ = true;
  }
  const std::string name = fmt::format("test_{}", ++databases_);
  as_superuser(fmt::format("CREATE DATABASE {} TEMPLATE loomgate_template OWNER loomgate STRATEGY FILE_COPY", name));
  return TestDatabase(*this, name);
}

TestDatabase PostgresCluster::empty_database() {
  const std::string name = fmt::format("test_{}", ++databases_);
  as_superuser(fmt::format("CREATE DATABASE {} OWNER loomgate", name));
  return TestDatabase(*this, name);
}

// Backends have process groups of their own, so they are found by their parent.
std::vector<pid_t> PostgresCluster::server_processes() const {
  std::vector<pid_t> found{server_->pid()};
  for (const auto& entry : std::filesystem::directory_iterator("/proc"))
    if (const pid_t process = std::atoi(entry.path().filename().c_str()); process > 0 && look_at(process).parent == server_->pid())
      found.push_back(process);
  return found;
}

// All its processes, of which there will be no more: the one that starts the others stands still.
std::vector<pid_t> PostgresCluster::freeze_server() {
  server_->signal(SIGSTOP);
  eventually(kPatience, [this] { return is_still(server_->pid()); });
  return server_processes();
}

void PostgresCluster::stop() {
  server_->signal(SIGQUIT);
  if (!server_->wait(kPatience)) throw std::runtime_error("PostgreSQL does not stop");
}

void PostgresCluster::kill9() {
  const std::vector<pid_t> processes = freeze_server();
  for (const pid_t process : processes) kill(process, SIGKILL);
  server_->wait(kPatience);
  eventually(kPatience, [&processes] {
    for (const pid_t process : processes)
      if (look_at(process).alive) return false;
    return true;
  });
}

void PostgresCluster::restart() {
  stop();
  start();
}

void PostgresCluster::pause() {
  const std::vector<pid_t> processes = freeze_server();
  for (const pid_t process : processes) kill(process, SIGSTOP);
  eventually(kPatience, [&processes] { return std::ranges::all_of(processes, is_still); });
}

void PostgresCluster::resume() {
  for (const pid_t process : server_processes()) kill(process, SIGCONT);
}

TestDatabase::~TestDatabase() {
  if (cluster_ == nullptr) return;
  try {
    cluster_->as_superuser(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
  } catch (const pg::DatabaseError&) {
    // A test that ends with the cluster down leaves the database to the end of the cluster.
  }
}

std::string TestDatabase::dsn() const { return cluster_->dsn(name_); }
std::string TestDatabase::broker_dsn() const { return cluster_->broker_dsn(name_); }
std::string TestDatabase::superuser_dsn() const { return cluster_->superuser_dsn(name_); }

}  // namespace loomgate::harness
