// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/start_up.h"

#include <fmt/format.h>

#include <filesystem>

namespace loomgate::app {

LoadedSettings load_program_settings(const std::string& env_file) {
  return load_settings(process_environment(), env_file.empty() ? Environment{} : read_env_file(env_file));
}

pg::ConnectOptions database_options(const Settings& settings, const char* application_name) {
  pg::ConnectOptions options;
  options.conninfo = settings.database;
  options.application_name = application_name;
  return options;
}

crypto::Sealer open_sealer(const Settings& settings) {
  const bool in_environment = !settings.master_key.empty();
  try {
    if (in_environment) return crypto::Sealer(crypto::parse_master_keys(settings.master_key));
    std::error_code ignored;
    const auto folder = std::filesystem::path(settings.master_key_file).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    return crypto::Sealer(crypto::load_or_create_master_key_file(settings.master_key_file));
  } catch (const std::runtime_error& error) {
    throw SettingsError(
        fmt::format("{}: {}", in_environment ? "WFM_MASTER_KEY" : "LOOMGATE_MASTER_KEY_FILE", error.what()));
  }
}

}  // namespace loomgate::app
