// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "daemon/app/commands.h"
#include "daemon/app/messages_page.h"

namespace loomgate::app {

void add_messages_command(CLI::App& program, CommandLine&) {
  program.add_subcommand("messages", "Print the reference page of all log messages")->callback([] {
    std::fputs(messages_markdown().c_str(), stdout);
  });
}

}  // namespace loomgate::app
