// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "daemon/app/commands.h"
#include "daemon/app/settings.h"

int main(int argc, char** argv) {
  using namespace loomgate::app;
  CLI::App program("Loomgate: WireGuard and AmneziaWG meshes over MQTT", "loomgated");
  CommandLine line;
  program.require_subcommand(1);
  program.add_option("--env-file", line.env_file, "File of NAME=value settings; the environment is stronger");
  program.fallthrough();
  add_serve_command(program, line);
  add_migrate_command(program, line);
  add_doctor_command(program, line);
  add_settings_command(program, line);
  add_messages_command(program, line);
  add_version_command(program, line);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error);
  } catch (const SettingsError& error) {
    std::fprintf(stderr, "loomgated: %s\n", error.what());
    return kExitConfig;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "loomgated: %s\n", error.what());
    return 1;
  }
  return line.exit_code;
}
