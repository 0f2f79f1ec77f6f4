// SPDX-License-Identifier: Apache-2.0
// The sub-commands of loomgated; one file each. A command writes its exit code: 0 done, 1 failed, 78 wrong settings.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace loomgate::app {

struct CommandLine {
  std::string env_file;  // --env-file, of every sub-command
  int exit_code = 0;
};

void add_serve_command(CLI::App& program, CommandLine& line);
void add_migrate_command(CLI::App& program, CommandLine& line);
void add_doctor_command(CLI::App& program, CommandLine& line);
void add_settings_command(CLI::App& program, CommandLine& line);
void add_messages_command(CLI::App& program, CommandLine& line);
void add_version_command(CLI::App& program, CommandLine& line);

}  // namespace loomgate::app
