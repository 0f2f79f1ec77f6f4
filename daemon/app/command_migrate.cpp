// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "daemon/app/commands.h"
#include "daemon/app/start_up.h"
#include "sql/migrations/runner.h"

namespace loomgate::app {
namespace {

int show_status(pg::Connection& connection) {
  const auto status = migrations::inspect(connection);
  std::printf("schema version %d of %d\n", status.applied, status.available);
  for (const auto& problem : status.problems) std::printf("problem: %s\n", problem.c_str());
  return status.problems.empty() && status.applied == status.available ? 0 : 1;
}

int apply(pg::Connection& connection) {
  const auto applied = migrations::migrate(connection);
  for (const int version : applied) std::printf("applied migration %d\n", version);
  if (applied.empty()) std::printf("nothing to apply\n");
  return 0;
}

}  // namespace

void add_migrate_command(CLI::App& program, CommandLine& line) {
  auto* command = program.add_subcommand("migrate", "Bring the database schema up to date");
  auto status_only = std::make_shared<bool>(false);
  command->add_flag("--status", *status_only, "Only say how far the schema is; exit code 1 when it is behind");
  command->callback([&line, status_only] {
    const auto loaded = load_program_settings(line.env_file);
    auto options = database_options(loaded.settings, "loomgated migrate");
    options.statement_timeout = std::chrono::milliseconds(0);
    pg::Connection connection(options);
    line.exit_code = *status_only ? show_status(connection) : apply(connection);
  });
}

}  // namespace loomgate::app
