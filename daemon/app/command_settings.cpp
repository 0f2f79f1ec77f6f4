// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "daemon/app/commands.h"
#include "daemon/app/start_up.h"

namespace loomgate::app {
namespace {

void print_effective(const CommandLine& line) {
  const auto loaded = load_program_settings(line.env_file);
  std::fputs(print_settings(loaded).c_str(), stdout);
  for (const auto& warning : loaded.warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());
  for (const auto& note : loaded.notes) std::fprintf(stderr, "note: %s\n", note.c_str());
}

}  // namespace

void add_settings_command(CLI::App& program, CommandLine& line) {
  auto* command = program.add_subcommand("settings", "Print the settings in force, without secrets");
  auto markdown = std::make_shared<bool>(false);
  command->add_flag("--markdown", *markdown, "Print the reference page of all settings instead");
  command->callback([&line, markdown] {
    if (*markdown) {
      std::fputs(settings_markdown().c_str(), stdout);
    } else {
      print_effective(line);
    }
  });
}

}  // namespace loomgate::app
