// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "daemon/app/commands.h"
#include "daemon/app/messages.h"
#include "daemon/app/start_up.h"
#include "daemon/app/wiring.h"
#include "daemon/base/log.h"
#include "daemon/store/accounts.h"
#include "daemon/store/settings.h"
#include "sql/migrations/runner.h"

namespace loomgate::app {
namespace {

constexpr std::chrono::seconds kDatabasePatience{60};
constexpr std::chrono::milliseconds kRetryPause{500};

struct ServeOptions {
  bool no_migrate = false;
};

// Signals are taken by sigwait in the main thread; every thread made later inherits the mask.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

void say_settings(const LoadedSettings& loaded) {
  const auto& settings = loaded.settings;
  configure_log(settings.log_level, settings.log_json ? LogFormat::kJson : LogFormat::kText);
  log(kStarting, kVersion, pg::redact_conninfo(settings.database), settings.mqtt_url.address.host,
      settings.mqtt_url.address.port);
  for (const auto& warning : loaded.warnings) log(kSettingWarning, warning);
  for (const auto& note : loaded.notes) log(kSettingNote, note);
}

bool stop_wanted(const sigset_t& signals, std::chrono::milliseconds pause) {
  const timespec limit{pause.count() / 1000, (pause.count() % 1000) * 1000000};
  const int number = sigtimedwait(&signals, nullptr, &limit);
  return number == SIGTERM || number == SIGINT;
}

// PostgreSQL is often started at the same moment. Null: a signal asked to stop meanwhile.
std::unique_ptr<pg::Connection> wait_for_database(const Settings& settings, const sigset_t& signals) {
  auto options = database_options(settings, "loomgated start");
  options.statement_timeout = std::chrono::milliseconds(0);
  const auto end = std::chrono::steady_clock::now() + kDatabasePatience;
  for (bool said = false;; said = true) {
    try {
      return std::make_unique<pg::Connection>(options);
    } catch (const pg::DatabaseError& error) {
      if (error.error_class() != pg::ErrorClass::kConnectionLost || std::chrono::steady_clock::now() >= end) {
        throw std::runtime_error(fmt::format("the database cannot be used: {}", error.what()));
      }
      if (!said) log(kWaitingForDatabase, error.what());
    }
    if (stop_wanted(signals, kRetryPause)) return nullptr;
  }
}

void bring_schema_up(pg::Connection& connection, bool no_migrate) {
  const auto before = migrations::inspect(connection);
  if (no_migrate) {
    if (before.applied == before.available && before.problems.empty()) return;
    throw std::runtime_error(
        fmt::format("the schema is at version {} of {} and --no-migrate is given: run loomgated migrate",
                    before.applied, before.available));
  }
  const auto applied = migrations::migrate(connection);
  if (!applied.empty()) log(kMigrated, before.applied, applied.back());
}

// Plugins follow this row; it is only written when it changes, because a write makes every broker reload.
void publish_switch(pg::Connection& connection, const Settings& settings) {
  const std::string wanted = settings.mqtt_services ? "true" : "false";
  if (store::find_setting(connection, "mqtt_services_enabled") == wanted) return;
  pg::Transaction transaction(connection);
  store::put_setting(transaction, "mqtt_services_enabled", wanted);
  transaction.commit();
}

// The first daemon on a database leaves a sealed mark; a key that does not open it would seal rows that no other daemon
// can read, and could read none of theirs.
void check_master_key(pg::Connection& connection, const crypto::Sealer& sealer) {
  try {
    pg::Transaction transaction(connection);
    store::keep_sealed_setting(transaction, sealer, "master_key_mark", "loomgate");
    transaction.commit();
  } catch (const pg::DatabaseError&) {
    throw;
  } catch (const std::runtime_error&) {
    throw SettingsError(
        "LOOMGATE_MASTER_KEY_FILE: this key does not open the secrets in the database; give the key that sealed them");
  }
}

void reload_level(const std::string& env_file) {
  try {
    const auto loaded = load_program_settings(env_file);
    configure_log(loaded.settings.log_level, loaded.settings.log_json ? LogFormat::kJson : LogFormat::kText);
    log(kLevelChanged, loaded.shown.at("WFM_LOG_LEVEL"));
  } catch (const SettingsError& error) {
    log(kReloadFailed, error.what());
  }
}

// Every browser and script holds a connection; the usual soft limit of 1,024 is for programs that use select().
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int run_until_signal(const sigset_t& signals, const std::string& env_file) {
  for (;;) {
    int number = 0;
    if (sigwait(&signals, &number) != 0) continue;
    if (number == SIGHUP) {
      reload_level(env_file);
      continue;
    }
    return number;
  }
}

int serve(const ServeOptions& options, const std::string& env_file) {
  const auto signals = block_signals();
  const auto loaded = load_program_settings(env_file);
  const auto& settings = loaded.settings;
  say_settings(loaded);
  const auto sealer = open_sealer(settings);
  {
    const auto connection = wait_for_database(settings, signals);
    if (!connection) return 0;
    bring_schema_up(*connection, options.no_migrate);
    check_master_key(*connection, sealer);
    publish_switch(*connection, settings);
  }
  raise_file_limit();
  pg::Pool pool(database_options(settings, "loomgated"), static_cast<std::size_t>(settings.database_pool));
  Daemon daemon(settings, pool, sealer);
  if (!daemon.bootstrap_code().empty()) log(kSetupCode, daemon.bootstrap_code(), settings.bootstrap_file);
  log(kReady, daemon.url());
  std::printf("loomgated ready at %s\n", daemon.url().c_str());
  std::fflush(stdout);
  const int number = run_until_signal(signals, env_file);
  log(kStopping, strsignal(number));
  daemon.stop();
  log(kStopped);
  return 0;
}

}  // namespace

void add_serve_command(CLI::App& program, CommandLine& line) {
  auto* command = program.add_subcommand("serve", "Run the daemon");
  auto options = std::make_shared<ServeOptions>();
  command->add_flag("--no-migrate", options->no_migrate,
                    "Refuse to start on an older schema instead of bringing it up to date");
  command->callback([&line, options] { line.exit_code = serve(*options, line.env_file); });
}

}  // namespace loomgate::app
