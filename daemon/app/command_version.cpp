// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "daemon/app/commands.h"
#include "daemon/app/start_up.h"
#include "sql/migrations/runner.h"

namespace loomgate::app {

void add_version_command(CLI::App& program, CommandLine&) {
  program.add_subcommand("version", "Print the version of the program and of its schema")->callback([] {
    std::printf("loomgated %s, schema %d\n", kVersion, static_cast<int>(migrations::embedded().size()));
  });
}

}  // namespace loomgate::app
